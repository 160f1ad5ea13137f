noinst_LIBRARIES += kube/libkube.a
kube_libkube_a_SOURCES = \
	kube/cksum.c kube/cksum.h \
	kube/capture.c kube/capture.h \
	kube/capture_answer.c kube/capture_answer.h \
	kube/client.c kube/client.h \
	kube/command.c kube/command.h \
	kube/config.c kube/config.h \
	kube/credential.c kube/credential.h \
	kube/debug.c kube/debug.h \
	kube/directory.c kube/directory.h \
	kube/directory_script.c kube/directory_script.h \
	kube/directory_text.c kube/directory_text.h \
	kube/digest.c kube/digest.h \
	kube/error.c kube/error.h \
	kube/exec.c kube/exec.h \
	kube/http.c kube/http.h \
	kube/http_ask.c kube/http_ask.h \
	kube/identity.c kube/identity.h \
	kube/inquiry.c kube/inquiry.h \
	kube/items.c kube/items.h \
	kube/json.c kube/json.h \
	kube/kubeconfig.c kube/kubeconfig.h \
	kube/lender.h \
	kube/link.c kube/link.h \
	kube/list.c kube/list.h \
	kube/listing.c kube/listing.h \
	kube/login.c kube/login.h \
	kube/loop_source.c kube/loop_source.h \
	kube/multi.c kube/multi.h \
	kube/origin.c kube/origin.h \
	kube/page.c kube/page.h \
	kube/part.c kube/part.h \
	kube/path.c kube/path.h \
	kube/pick.c kube/pick.h \
	kube/place.c kube/place.h \
	kube/plain.c kube/plain.h \
	kube/plugin.c kube/plugin.h \
	kube/plugin_run.c kube/plugin_run.h \
	kube/pod.c kube/pod.h \
	kube/proof.c kube/proof.h \
	kube/port.c kube/port.h \
	kube/proxy.c kube/proxy.h \
	kube/pull.c kube/pull.h \
	kube/pull_text.c \
	kube/pull_unfinished.c \
	kube/pulls.c kube/pulls.h \
	kube/rate.c kube/rate.h \
	kube/retry.c kube/retry.h \
	kube/route.c kube/route.h \
	kube/scan.c kube/scan.h \
	kube/secret.c kube/secret.h \
	kube/service_account.c kube/service_account.h \
	kube/squeeze.c kube/squeeze.h \
	kube/status.c kube/status.h \
	kube/stream.c kube/stream.h \
	kube/toolbox.c kube/toolbox.h \
	kube/upgrade.c kube/upgrade.h \
	kube/user.c kube/user.h \
	kube/watch.c kube/watch.h \
	kube/websocket.c kube/websocket.h \
	kube/workload.c kube/workload.h \
	kube/yaml.c kube/yaml.h

# The practice cluster.
kube_libkube_a_SOURCES += \
	kube/demo.c kube/demo.h \
	kube/demo_command.c kube/demo_command.h \
	kube/demo_debug.c kube/demo_debug.h \
	kube/demo_directory.c kube/demo_directory.h \
	kube/demo_exec.c kube/demo_exec.h \
	kube/demo_file.c kube/demo_file.h \
	kube/demo_http.c kube/demo_http.h \
	kube/demo_json.c kube/demo_json.h \
	kube/demo_list.c kube/demo_list.h \
	kube/demo_piece.c kube/demo_piece.h \
	kube/demo_pods.c kube/demo_pods.h \
	kube/demo_proxy.c kube/demo_proxy.h \
	kube/demo_request.c kube/demo_request.h \
	kube/demo_world.c kube/demo_world.h
nodist_kube_libkube_a_SOURCES = kube/demo_files.c kube/demo_files.h

# The files in the practice cluster's containers, compressed into the program.
demo_files = \
	kube/demo/annotations-1.26.trace \
	kube/demo/http-1.26.trace \
	kube/demo/http-1.27.trace \
	kube/demo/manyprocs-1.27.trace \
	kube/demo/mutex-1.24.trace \
	kube/demo/syscalls-1.19.trace \
	kube/demo/syscalls-1.23.trace
EXTRA_DIST += kube/demo.gresource.xml $(demo_files)
BUILT_SOURCES += kube/demo_files.h kube/demo_files.c
CLEANFILES += kube/demo_files.h kube/demo_files.c
compile_demo_files = $(AM_V_GEN)$(MKDIR_P) kube && $(GLIB_COMPILE_RESOURCES) \
	--sourcedir=$(srcdir)/kube/demo --c-name=demo_files --internal --target=$@ \
	$(srcdir)/kube/demo.gresource.xml

kube/demo_files.c: kube/demo.gresource.xml $(demo_files)
	$(compile_demo_files) --generate-source
kube/demo_files.h: kube/demo.gresource.xml
	$(compile_demo_files) --generate-header
