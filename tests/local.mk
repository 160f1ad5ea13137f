# The tests. A unit test is tests/test_NOUN.c and needs a line in one list only: it links what the
# others link, and a static library gives it no more than it asks for.

check_LIBRARIES += tests/libharness.a
tests_libharness_a_SOURCES = \
	tests/assemble.c tests/assemble.h \
	tests/assemble1.c tests/assemble1.h \
	tests/feed.c tests/feed.h \
	tests/load.c tests/load.h \
	tests/made_trace.c tests/made_trace.h \
	tests/random_lane.c tests/random_lane.h \
	tests/readout.c tests/readout.h \
	tests/reference.c tests/reference.h \
	tests/reference_annotations.c \
	tests/reference_gc.c \
	tests/uvarint.h

LDADD = tests/libharness.a $(workbench_libs) trace/libtrace.a $(workbench_foreign_libs) \
	$(JANSSON_LIBS) $(ZSTD_LIBS) $(PROTOBUF_C_LIBS) $(GLIB_LIBS) $(LIBM)

# Those of trace/: they run without the workbench, too.
trace_tests = \
	tests/test_annotation \
	tests/test_cursor \
	tests/test_durations \
	tests/test_event \
	tests/test_export \
	tests/test_gc \
	tests/test_goroutine_table \
	tests/test_heap \
	tests/test_histogram \
	tests/test_idset \
	tests/test_insight \
	tests/test_insight_references \
	tests/test_lanes \
	tests/test_looks \
	tests/test_merge \
	tests/test_mmu \
	tests/test_order1 \
	tests/test_order2 \
	tests/test_parsed \
	tests/test_profile \
	tests/test_profile_export \
	tests/test_reader \
	tests/test_reader1 \
	tests/test_references \
	tests/test_related \
	tests/test_relay \
	tests/test_roster \
	tests/test_salvage \
	tests/test_scoped \
	tests/test_source \
	tests/test_summary \
	tests/test_symbols \
	tests/test_trace \
	tests/test_window \
	tests/test_wire1
check_PROGRAMS += $(trace_tests)
TESTS += $(trace_tests)

if WORKBENCH
tests_libharness_a_SOURCES += \
	tests/captured.c tests/captured.h \
	tests/fake.c tests/fake.h \
	tests/golden.c tests/golden.h \
	tests/harness.c tests/harness.h \
	tests/pulls.c tests/pulls.h \
	tests/plugin_room.c tests/plugin_room.h \
	tests/raw.c tests/raw.h \
	tests/screens.c tests/screens.h

workbench_libs = tui/libtui.a kube/libkube.a
workbench_foreign_libs = $(PTY_LIBS) $(NCURSES_LIBS) $(CURL_LIBS) $(YAML_LIBS) $(MHD_LIBS) \
	$(WSLAY_LIBS)

unit_tests = \
	tests/test_answers \
	tests/test_axis \
	tests/test_canvas \
	tests/test_capture \
	tests/test_capture_answers \
	tests/test_command \
	tests/test_config \
	tests/test_console \
	tests/test_debug \
	tests/test_demo \
	tests/test_demo_exec \
	tests/test_digest \
	tests/test_directory \
	tests/test_drop \
	tests/test_exec \
	tests/test_focus \
	tests/test_gotool \
	tests/test_history \
	tests/test_http \
	tests/test_hurdle \
	tests/test_identity \
	tests/test_incoming_screens \
	tests/test_key \
	tests/test_list \
	tests/test_options \
	tests/test_part \
	tests/test_pick \
	tests/test_plugin \
	tests/test_pod \
	tests/test_port \
	tests/test_prompt \
	tests/test_proxy \
	tests/test_pull \
	tests/test_pull_many \
	tests/test_pulls \
	tests/test_resume \
	tests/test_scan \
	tests/test_screens \
	tests/test_side \
	tests/test_squeeze \
	tests/test_table \
	tests/test_terminal \
	tests/test_text \
	tests/test_timeline \
	tests/test_toolbox \
	tests/test_trace_screens \
	tests/test_upgrade \
	tests/test_websocket \
	tests/test_yaml
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

# The proxy that puts hurdles in the way of connections.
check_PROGRAMS += tests/hurdle
tests_hurdle_SOURCES = tests/hurdle.c tests/proxy.c tests/proxy.h
tests_hurdle_LDADD = $(GLIB_LIBS)

# Needs a real cluster, so tests/e2e/cluster.sh runs it.
check_PROGRAMS += tests/test_cluster

# The cluster screens on a made-up cluster, in place of libtrace and of nearly all of libkube: what is
# faked is not taken from there.
fake_sources = tests/fake_cluster.c tests/fake_cluster.h tests/fake_files.c tests/fake_pick.c \
	tests/fake_trace.c tests/fake_trace.h
cluster_screens = tests/cluster_screens.c tests/cluster_screens.h $(fake_sources)
fake_libs = tests/libharness.a tui/libtui.a kube/libkube.a $(NCURSES_LIBS) $(GLIB_LIBS) $(LIBM)
check_PROGRAMS += tests/fake_workbench
tests_fake_workbench_SOURCES = tests/fake_workbench.c $(fake_sources)
tests_fake_workbench_LDADD = $(fake_libs)
tests_test_screens_SOURCES = tests/test_screens.c $(cluster_screens)
tests_test_screens_LDADD = $(fake_libs)
tests_test_incoming_screens_SOURCES = tests/test_incoming_screens.c $(cluster_screens)
tests_test_incoming_screens_LDADD = $(fake_libs)

TESTS += tests/test_cli.sh tests/test_layers.sh tests/e2e/workbench.sh
endif

# Folders are named only where a build leaves nothing in them: dist takes them from there, too.
EXTRA_DIST += tests/test_cli.sh tests/test_layers.sh tests/e2e/workbench.sh tests/alone \
	tests/check.sh tests/hurdle.bash tests/go-toolchain tests/bench tests/cluster \
	tests/e2e/cluster.sh tests/e2e/crowd.sh tests/e2e/demo.sh tests/e2e/job.sh tests/e2e/logins.sh \
	tests/e2e/tmux.sh tests/golden tests/lint \
	tests/traces/check-go tests/traces/compare-parsed tests/traces/compare/build-peer \
	tests/traces/compare/differences tests/traces/compare/peer.go tests/traces/compare/run \
	tests/traces/hostile tests/traces/upstream tests/traces/gen tests/traces/loose.awk tests/traces/ref

# Not a test by itself: `make tests/compare_ours`, then tests/traces/compare/run.
EXTRA_PROGRAMS += tests/compare_ours
tests_compare_ours_SOURCES = tests/traces/compare/ours.c
CLEANFILES += tests/compare_ours

# Nor are these: tests/bench/read makes and runs them.
EXTRA_PROGRAMS += tests/bench_floor tests/bench_frame tests/bench_until
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_frame_SOURCES = tests/bench/frame.c
tests_bench_until_SOURCES = tests/bench/until.c
CLEANFILES += tests/bench_floor tests/bench_frame tests/bench_until

# Needs clang, so tests/fuzz/run builds it.
EXTRA_PROGRAMS += tests/fuzz_trace
tests_fuzz_trace_SOURCES = tests/fuzz/fuzz.c
tests_fuzz_trace_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
CLEANFILES += tests/fuzz_trace
EXTRA_DIST += tests/fuzz/run tests/fuzz/seeds

# Damaged variants of traces, for tests/traces/hostile.
EXTRA_PROGRAMS += tests/bend
tests_bend_SOURCES = tests/traces/bend.c
CLEANFILES += tests/bend
