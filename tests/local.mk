# The tests. A unit test is tests/test_NOUN.c and needs a line in one list only: it links what the
# others link, and a static library gives it no more than it asks for.

check_LIBRARIES += tests/libharness.a
tests_libharness_a_SOURCES = \
	tests/assemble.c tests/assemble.h \
	tests/fake.c tests/fake.h \
	tests/feed.c tests/feed.h \
	tests/golden.c tests/golden.h \
	tests/harness.c tests/harness.h \
	tests/load.c tests/load.h \
	tests/made_trace.c tests/made_trace.h \
	tests/random_lane.c tests/random_lane.h \
	tests/raw.c tests/raw.h \
	tests/screens.c tests/screens.h

LDADD = tests/libharness.a tui/libtui.a kube/libkube.a trace/libtrace.a $(PTY_LIBS) \
	$(NCURSES_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) $(MHD_LIBS) $(WSLAY_LIBS) \
	$(GLIB_LIBS) $(LIBM)

unit_tests = \
	tests/test_axis \
	tests/test_canvas \
	tests/test_config \
	tests/test_cursor \
	tests/test_demo \
	tests/test_demo_exec \
	tests/test_event \
	tests/test_exec \
	tests/test_export \
	tests/test_focus \
	tests/test_gotool \
	tests/test_history \
	tests/test_http \
	tests/test_key \
	tests/test_lanes \
	tests/test_list \
	tests/test_options \
	tests/test_order2 \
	tests/test_parsed \
	tests/test_profile \
	tests/test_prompt \
	tests/test_pull \
	tests/test_reader \
	tests/test_references \
	tests/test_roster \
	tests/test_screens \
	tests/test_summary \
	tests/test_symbols \
	tests/test_table \
	tests/test_terminal \
	tests/test_text \
	tests/test_timeline \
	tests/test_trace \
	tests/test_trace_screens \
	tests/test_upgrade \
	tests/test_websocket \
	tests/test_window \
	tests/test_yaml
check_PROGRAMS += $(unit_tests)
TESTS += $(unit_tests)

# Needs a real cluster, so tests/e2e/cluster.sh runs it.
check_PROGRAMS += tests/test_cluster

# The cluster screens on a made-up cluster, in place of libkube and libtrace.
fake_sources = tests/fake_cluster.c tests/fake_cluster.h tests/fake_trace.c tests/fake_trace.h
fake_libs = tests/libharness.a tui/libtui.a $(NCURSES_LIBS) $(GLIB_LIBS) $(LIBM)
check_PROGRAMS += tests/fake_workbench
tests_fake_workbench_SOURCES = tests/fake_workbench.c $(fake_sources)
tests_fake_workbench_LDADD = $(fake_libs)
tests_test_screens_SOURCES = tests/test_screens.c $(fake_sources)
tests_test_screens_LDADD = $(fake_libs)

script_tests = \
	tests/test_cli.sh \
	tests/test_layers.sh \
	tests/e2e/workbench.sh
TESTS += $(script_tests)

EXTRA_DIST += $(script_tests) tests/check.sh tests/go-toolchain tests/bench tests/cluster tests/e2e \
	tests/golden tests/lint tests/traces

# Not a test by itself: `make tests/compare_ours`, then tests/traces/compare/run.
EXTRA_PROGRAMS += tests/compare_ours
tests_compare_ours_SOURCES = tests/traces/compare/ours.c
CLEANFILES += tests/compare_ours
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
check_PROGRAMS += tests/test_parsed
tests_test_parsed_SOURCES = tests/test_parsed.c
tests_test_parsed_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_parsed
EXTRA_DIST += \
	tests/traces/ref/1.22-doathing.trace tests/traces/ref/1.22-doathing.parsed.gz \
	tests/traces/ref/1.22-sys.trace tests/traces/ref/1.22-sys.parsed.gz \
	tests/traces/ref/1.23-annot.trace tests/traces/ref/1.23-annot.parsed.gz \
	tests/traces/ref/1.23-cpuprof.trace tests/traces/ref/1.23-cpuprof.parsed.gz \
	tests/traces/ref/1.24-timers.trace tests/traces/ref/1.24-timers.parsed.gz \
	tests/traces/ref/1.26-annot.trace tests/traces/ref/1.26-annot.parsed.gz \
	tests/traces/ref/1.26-cgo.trace tests/traces/ref/1.26-cgo.parsed.gz \
	tests/traces/ref/1.26-doathing.trace tests/traces/ref/1.26-doathing.parsed.gz \
	tests/traces/ref/1.27-manyprocs.trace tests/traces/ref/1.27-manyprocs.parsed.gz

check_PROGRAMS += tests/test_cursor
tests_test_cursor_SOURCES = tests/test_cursor.c
tests_test_cursor_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_cursor

check_PROGRAMS += tests/test_symbols
tests_test_symbols_SOURCES = tests/test_symbols.c
tests_test_symbols_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_symbols

check_PROGRAMS += tests/test_order2
tests_test_order2_SOURCES = tests/test_order2.c tests/assemble.c tests/assemble.h
tests_test_order2_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_order2

check_PROGRAMS += tests/test_reader
tests_test_reader_SOURCES = tests/test_reader.c tests/assemble.c tests/assemble.h
tests_test_reader_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_reader

# Not a test by itself: `make tests/compare_ours`, then tests/traces/compare/run.
EXTRA_PROGRAMS += tests/compare_ours
tests_compare_ours_SOURCES = tests/traces/compare/ours.c
tests_compare_ours_LDADD = trace/libtrace.a $(GLIB_LIBS)
CLEANFILES += tests/compare_ours
EXTRA_DIST += tests/traces/compare/run tests/traces/compare/peer.go
check_PROGRAMS += tests/test_roster
tests_test_roster_SOURCES = tests/test_roster.c
tests_test_roster_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_roster

check_PROGRAMS += tests/test_summary
tests_test_summary_SOURCES = tests/test_summary.c tests/feed.c tests/feed.h
tests_test_summary_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_summary

check_PROGRAMS += tests/test_profile
tests_test_profile_SOURCES = tests/test_profile.c tests/feed.c tests/feed.h
tests_test_profile_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_profile

check_PROGRAMS += tests/test_lanes
tests_test_lanes_SOURCES = tests/test_lanes.c tests/feed.c tests/feed.h \
	tests/random_lane.c tests/random_lane.h
tests_test_lanes_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_lanes

check_PROGRAMS += tests/test_window
tests_test_window_SOURCES = tests/test_window.c tests/random_lane.c tests/random_lane.h
tests_test_window_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_window

check_PROGRAMS += tests/test_export
tests_test_export_SOURCES = tests/test_export.c tests/feed.c tests/feed.h
tests_test_export_LDADD = trace/libtrace.a $(JANSSON_LIBS) $(LIBM) $(GLIB_LIBS)
TESTS += tests/test_export

check_PROGRAMS += tests/test_references
tests_test_references_SOURCES = tests/test_references.c tests/load.c tests/load.h
tests_test_references_LDADD = trace/libtrace.a $(JANSSON_LIBS) $(LIBM) $(GLIB_LIBS)
TESTS += tests/test_references
EXTRA_DIST += \
	tests/traces/ref/1.22-doathing.json.gz tests/traces/ref/1.22-doathing.net.txt \
	tests/traces/ref/1.22-doathing.sync.txt tests/traces/ref/1.22-doathing.syscall.txt tests/traces/ref/1.22-doathing.sched.txt \
	tests/traces/ref/1.22-sys.json.gz tests/traces/ref/1.22-sys.net.txt \
	tests/traces/ref/1.22-sys.sync.txt tests/traces/ref/1.22-sys.syscall.txt tests/traces/ref/1.22-sys.sched.txt \
	tests/traces/ref/1.23-annot.json.gz tests/traces/ref/1.23-annot.net.txt \
	tests/traces/ref/1.23-annot.sync.txt tests/traces/ref/1.23-annot.syscall.txt tests/traces/ref/1.23-annot.sched.txt \
	tests/traces/ref/1.23-cpuprof.json.gz tests/traces/ref/1.23-cpuprof.net.txt \
	tests/traces/ref/1.23-cpuprof.sync.txt tests/traces/ref/1.23-cpuprof.syscall.txt tests/traces/ref/1.23-cpuprof.sched.txt \
	tests/traces/ref/1.24-timers.json.gz tests/traces/ref/1.24-timers.net.txt \
	tests/traces/ref/1.24-timers.sync.txt tests/traces/ref/1.24-timers.syscall.txt tests/traces/ref/1.24-timers.sched.txt \
	tests/traces/ref/1.26-annot.json.gz tests/traces/ref/1.26-annot.net.txt \
	tests/traces/ref/1.26-annot.sync.txt tests/traces/ref/1.26-annot.syscall.txt tests/traces/ref/1.26-annot.sched.txt \
	tests/traces/ref/1.26-cgo.json.gz tests/traces/ref/1.26-cgo.net.txt \
	tests/traces/ref/1.26-cgo.sync.txt tests/traces/ref/1.26-cgo.syscall.txt tests/traces/ref/1.26-cgo.sched.txt \
	tests/traces/ref/1.26-doathing.json.gz tests/traces/ref/1.26-doathing.net.txt \
	tests/traces/ref/1.26-doathing.sync.txt tests/traces/ref/1.26-doathing.syscall.txt tests/traces/ref/1.26-doathing.sched.txt \
	tests/traces/ref/1.27-manyprocs.json.gz tests/traces/ref/1.27-manyprocs.net.txt \
	tests/traces/ref/1.27-manyprocs.sync.txt tests/traces/ref/1.27-manyprocs.syscall.txt tests/traces/ref/1.27-manyprocs.sched.txt

check_PROGRAMS += tests/test_trace
tests_test_trace_SOURCES = tests/test_trace.c tests/load.c tests/load.h
tests_test_trace_LDADD = trace/libtrace.a $(JANSSON_LIBS) $(LIBM) $(GLIB_LIBS)
TESTS += tests/test_trace
# What the screens of a trace stand on.
trace_screen_tests = tests/test_axis tests/test_focus tests/test_gotool
check_PROGRAMS += $(trace_screen_tests)
TESTS += $(trace_screen_tests)
tests_test_axis_SOURCES = tests/test_axis.c
tests_test_axis_LDADD = $(tui_test_libs)
tests_test_focus_SOURCES = tests/test_focus.c
tests_test_focus_LDADD = $(tui_test_libs)
tests_test_gotool_SOURCES = tests/test_gotool.c
tests_test_gotool_LDADD = $(tui_test_libs)
check_PROGRAMS += tests/test_order2
tests_test_order2_SOURCES = tests/test_order2.c tests/assemble.c tests/assemble.h
tests_test_order2_LDADD = trace/libtrace.a $(GLIB_LIBS)
TESTS += tests/test_order2

# The screens of a trace, typed at without a terminal.
screens_sources = tests/screens.c tests/screens.h tests/golden.c tests/golden.h \
	tests/made_trace.c tests/made_trace.h tests/feed.c tests/feed.h
screens_libs = tui/libtui.a kube/libkube.a trace/libtrace.a $(NCURSES_LIBS) $(CURL_LIBS) \
	$(JANSSON_LIBS) $(YAML_LIBS) $(WSLAY_LIBS) $(GLIB_LIBS) $(LIBM)
screens_tests = tests/test_timeline tests/test_trace_screens
check_PROGRAMS += $(screens_tests)
TESTS += $(screens_tests)
tests_test_timeline_SOURCES = tests/test_timeline.c $(screens_sources)
tests_test_timeline_LDADD = $(screens_libs)
tests_test_trace_screens_SOURCES = tests/test_trace_screens.c $(screens_sources)
tests_test_trace_screens_LDADD = $(screens_libs)
