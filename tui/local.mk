noinst_LIBRARIES += tui/libtui.a
tui_libtui_a_SOURCES = \
	tui/app.c tui/app.h \
	tui/canvas.c tui/canvas.h tui/style.def \
	tui/capture_text.c tui/capture_text.h \
	tui/cli.c tui/cli.h \
	tui/cli_capture.c \
	tui/cli_cluster.c tui/cli_cluster.h \
	tui/cli_debug.c tui/cli_debug.h \
	tui/cli_events.c \
	tui/cli_export.c \
	tui/cli_get.c \
	tui/cli_goroutines.c \
	tui/cli_ls.c \
	tui/cli_profile.c \
	tui/cli_incoming.c tui/cli_incoming.h \
	tui/cli_pull.c \
	tui/cli_pulls.c tui/cli_pulls.h \
	tui/cli_summary.c \
	tui/cli_trace.c tui/cli_trace.h \
	tui/cli_workbench.c \
	tui/cluster_text.c \
	tui/complete.c tui/complete.h \
	tui/console.c tui/console.h \
	tui/file_name.c tui/file_name.h \
	tui/file_text.c tui/file_text.h \
	tui/frame.c tui/frame.h \
	tui/help.c tui/help.h \
	tui/history.c tui/history.h \
	tui/hold.c tui/hold.h \
	tui/incoming.c tui/incoming.h \
	tui/job.c tui/job.h \
	tui/json_list.c tui/json_list.h \
	tui/key.c tui/key.h \
	tui/live_view.c tui/live_view.h \
	tui/memory.c tui/memory.h \
	tui/open_trace.c \
	tui/options.c tui/options.h \
	tui/prompt.c tui/prompt.h \
	tui/session.c tui/session.h tui/workbench.h \
	tui/sheet.c tui/sheet.h \
	tui/side.c tui/side.h \
	tui/site.c tui/site.h \
	tui/state_file.c tui/state_file.h \
	tui/table.c tui/table.h \
	tui/table_view.c tui/table_view.h \
	tui/term.c tui/term.h \
	tui/text.c tui/text.h \
	tui/view.h \
	tui/view_capture.c \
	tui/view_capturing.c \
	tui/view_cluster.h \
	tui/view_containers.c \
	tui/view_contexts.c \
	tui/view_files.c \
	tui/view_namespaces.c \
	tui/view_path.c \
	tui/view_pods.c \
	tui/view_pull.c \
	tui/view_pulls.c

# The screens of one trace.
tui_libtui_a_SOURCES += \
	tui/axis.c tui/axis.h \
	tui/bar.c tui/bar.h \
	tui/bench.c tui/bench.h \
	tui/damage.c tui/damage.h \
	tui/focus.c tui/focus.h \
	tui/gotool.c tui/gotool.h \
	tui/handover.c tui/handover.h \
	tui/lane_text.c tui/lane_text.h \
	tui/pager.c tui/pager.h \
	tui/rows.c tui/rows.h \
	tui/span_card.c tui/span_card.h \
	tui/timeline.c tui/timeline.h \
	tui/view_browser.c tui/view_browser.h \
	tui/view_goroutines.c \
	tui/view_side.c tui/view_side.h \
	tui/view_summary.c \
	tui/view_timeline.c \
	tui/view_trace.h

dist_man_MANS += tui/tracetui.1

bin_PROGRAMS += tracetui
tracetui_SOURCES = \
	tui/main.c
tracetui_LDADD = tui/libtui.a kube/libkube.a trace/libtrace.a $(NCURSES_LIBS) $(CURL_LIBS) \
	$(JANSSON_LIBS) $(PROTOBUF_C_LIBS) $(YAML_LIBS) $(ZSTD_LIBS) \
	$(MHD_LIBS) $(WSLAY_LIBS) $(GLIB_LIBS) $(LIBM)

# kubectl finds plugins by their names: `kubectl tracetui ...` runs the same program.
install-exec-hook:
	cd '$(DESTDIR)$(bindir)' && rm -f kubectl-tracetui$(EXEEXT) && \
		$(LN_S) tracetui$(EXEEXT) kubectl-tracetui$(EXEEXT)
uninstall-hook:
	rm -f '$(DESTDIR)$(bindir)/kubectl-tracetui$(EXEEXT)'
