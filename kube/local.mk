noinst_LIBRARIES += kube/libkube.a
kube_libkube_a_SOURCES = \
	kube/error.c kube/error.h \
	kube/websocket.c kube/websocket.h
