noinst_LIBRARIES += kube/libkube.a
kube_libkube_a_SOURCES = \
	kube/error.c kube/error.h \
	kube/yaml.c kube/yaml.h
