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
	tests/test_console \
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
	tests/test_relay \
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

# Folders are named only where a build leaves nothing in them: dist takes them from there, too.
EXTRA_DIST += $(script_tests) tests/check.sh tests/go-toolchain tests/bench tests/cluster \
	tests/e2e/cluster.sh tests/e2e/demo.sh tests/e2e/tmux.sh tests/golden tests/lint \
	tests/traces/compare-parsed tests/traces/compare/peer.go tests/traces/compare/run \
	tests/traces/gen tests/traces/ref

# Not a test by itself: `make tests/compare_ours`, then tests/traces/compare/run.
EXTRA_PROGRAMS += tests/compare_ours
tests_compare_ours_SOURCES = tests/traces/compare/ours.c
CLEANFILES += tests/compare_ours

# Nor are these: tests/bench/read makes and runs them.
EXTRA_PROGRAMS += tests/bench_floor tests/bench_until
tests_bench_floor_SOURCES = tests/bench/floor.c
tests_bench_until_SOURCES = tests/bench/until.c
CLEANFILES += tests/bench_floor tests/bench_until

# Needs clang, so it is built when asked for only: see the file.
EXTRA_PROGRAMS += tests/fuzz_reader
tests_fuzz_reader_SOURCES = tests/fuzz/fuzz_reader.c
tests_fuzz_reader_LDFLAGS = $(AM_LDFLAGS) -fsanitize=fuzzer
CLEANFILES += tests/fuzz_reader
