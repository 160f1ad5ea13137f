noinst_LIBRARIES += kube/libkube.a
kube_libkube_a_SOURCES = \
	kube/error.c kube/error.h \
	kube/yaml.c kube/yaml.h \
	kube/json.c kube/json.h \
	kube/status.c kube/status.h \
	kube/credential.c kube/credential.h \
	kube/kubeconfig.c kube/kubeconfig.h \
	kube/service_account.c kube/service_account.h \
	kube/config.c kube/config.h \
	kube/multi.c kube/multi.h \
	kube/http.c kube/http.h \
	kube/client.c kube/client.h \
	kube/websocket.c kube/websocket.h
