# Unit tests: each links the library of the folder that it tests, and GLib's test frame.

check_PROGRAMS += tests/test_event
tests_test_event_SOURCES = tests/test_event.c
tests_test_event_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_event

KUBE_TEST_LIBS = kube/libkube.a $(CURL_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) $(MHD_LIBS) \
	$(WSLAY_LIBS) $(GLIB_LIBS) $(LIBM)

check_PROGRAMS += tests/test_yaml
tests_test_yaml_SOURCES = tests/test_yaml.c
tests_test_yaml_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_yaml

check_PROGRAMS += tests/test_websocket
tests_test_websocket_SOURCES = tests/test_websocket.c
tests_test_websocket_LDADD = kube/libkube.a $(WSLAY_LIBS) $(GLIB_LIBS)
TESTS += tests/test_websocket

check_PROGRAMS += tests/test_demo
tests_test_demo_SOURCES = tests/test_demo.c tests/raw.c tests/raw.h
tests_test_demo_LDADD = kube/libkube.a $(MHD_LIBS) $(JANSSON_LIBS) $(WSLAY_LIBS) $(GLIB_LIBS)
TESTS += tests/test_demo

check_PROGRAMS += tests/test_exec
tests_test_exec_SOURCES = tests/test_exec.c tests/harness.c tests/harness.h
tests_test_exec_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_exec

check_PROGRAMS += tests/test_pull
tests_test_pull_SOURCES = tests/test_pull.c tests/harness.c tests/harness.h
tests_test_pull_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_pull

check_PROGRAMS += tests/test_config
tests_test_config_SOURCES = tests/test_config.c
tests_test_config_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_config

check_PROGRAMS += tests/test_http
tests_test_http_SOURCES = tests/test_http.c tests/fake.c tests/fake.h tests/harness.c \
	tests/harness.h
tests_test_http_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_http

check_PROGRAMS += tests/test_list
tests_test_list_SOURCES = tests/test_list.c tests/fake.c tests/fake.h tests/harness.c \
	tests/harness.h
tests_test_list_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_list

check_PROGRAMS += tests/test_upgrade
tests_test_upgrade_SOURCES = tests/test_upgrade.c
tests_test_upgrade_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_upgrade

check_PROGRAMS += tests/test_cluster
tests_test_cluster_SOURCES = tests/test_cluster.c tests/harness.c tests/harness.h
tests_test_cluster_LDADD = $(KUBE_TEST_LIBS)
TESTS += tests/test_cluster
check_PROGRAMS += tests/test_demo_exec
tests_test_demo_exec_SOURCES = tests/test_demo_exec.c tests/raw.c tests/raw.h
tests_test_demo_exec_LDADD = $(tests_test_demo_LDADD)
TESTS += tests/test_demo_exec
