noinst_LIBRARIES += trace/libtrace.a
trace_libtrace_a_SOURCES = \
	trace/annotation.c trace/annotation.h \
	trace/annotation_group.c trace/annotation_group.h \
	trace/annotation_rows.c trace/annotation_rows.h \
	trace/callgraph.c trace/callgraph.h \
	trace/convert1.c trace/convert1.h \
	trace/convert1_events.c \
	trace/convert1_state.h \
	trace/creation.c trace/creation.h \
	trace/cursor.c trace/cursor.h \
	trace/durations.c trace/durations.h \
	trace/error.c trace/error.h \
	trace/event.c trace/event.h trace/event.def \
	trace/event_json.c trace/event_json.h \
	trace/event_writer.c trace/event_writer.h \
	trace/export.c trace/export.h \
	trace/export_csv.c trace/export_csv.h \
	trace/export_dot.c trace/export_dot.h \
	trace/export_folded.c trace/export_folded.h \
	trace/export_json.c trace/export_json.h \
	trace/export_pprof.c trace/export_pprof.h \
	trace/export_svg.c trace/export_svg.h \
	trace/export_text.c trace/export_text.h \
	trace/flame.c trace/flame.h \
	trace/folded.c trace/folded.h \
	trace/follow.c trace/follow.h \
	trace/frontier.c trace/frontier.h \
	trace/frontier_sort.c \
	trace/gc.c trace/gc.h \
	trace/generation.c trace/generation.h \
	trace/goroutine_table.c trace/goroutine_table.h \
	trace/groups.c trace/groups.h \
	trace/header.c trace/header.h \
	trace/heap.c trace/heap.h \
	trace/histogram.c trace/histogram.h \
	trace/idmap.c trace/idmap.h \
	trace/idset.c trace/idset.h \
	trace/insight.c trace/insight.h \
	trace/insight_text.c trace/insight_text.h \
	trace/json_annotation.c trace/json_annotation.h \
	trace/json_gc.c trace/json_gc.h \
	trace/json_goroutines.c trace/json_goroutines.h \
	trace/json_insight.c trace/json_insight.h \
	trace/json_merge.c trace/json_merge.h \
	trace/json_number.h \
	trace/json_profile.c trace/json_profile.h \
	trace/json_slice.c trace/json_slice.h \
	trace/json_times.c trace/json_times.h \
	trace/json_write.c trace/json_write.h \
	trace/lane_pieces.h \
	trace/lane_rows.c trace/lane_rows.h \
	trace/lanes.c trace/lanes.h \
	trace/lanes_finish.c \
	trace/latency.c trace/latency.h \
	trace/looks.c trace/looks.h \
	trace/merge.c trace/merge.h \
	trace/merge_rules.c trace/merge_rules.h \
	trace/mmu.c trace/mmu.h \
	trace/order1.c trace/order1.h \
	trace/order1_look.h \
	trace/order1_quick.c \
	trace/order1_rules.c \
	trace/order1_state.h \
	trace/order2.c trace/order2.h \
	trace/order2_marks.c \
	trace/order2_quick.h \
	trace/order2_rescue.c \
	trace/order2_sched.c \
	trace/order2_state.h \
	trace/outline.c trace/outline.h \
	trace/parallelism.c trace/parallelism.h \
	trace/parsed.c trace/parsed.h \
	trace/printable.c trace/printable.h \
	trace/procs.c trace/procs.h \
	trace/profile.c trace/profile.h \
	trace/profile_kind.c \
	trace/profile_text.c trace/profile_text.h \
	trace/quantity.c trace/quantity.h \
	trace/queue1.c trace/queue1.h \
	trace/quick2.c trace/quick2.h \
	trace/quote.c trace/quote.h \
	trace/reader.c trace/reader.h \
	trace/reader1.c trace/reader1.h \
	trace/reader_play.c \
	trace/reader_state.h \
	trace/reasons.c trace/reasons.h \
	trace/region.c trace/region.h \
	trace/related.c trace/related.h \
	trace/relax.h \
	trace/relay.c trace/relay.h \
	trace/reserve.c trace/reserve.h \
	trace/roster.c trace/roster.h \
	trace/salvage.c trace/salvage.h \
	trace/samples.c trace/samples.h \
	trace/scoped.c trace/scoped.h \
	trace/siphash.c trace/siphash.h \
	trace/source.c trace/source.h \
	trace/spans.c trace/spans.h \
	trace/spans_pack.c trace/spans_pack.h \
	trace/stream.c trace/stream.h \
	trace/sum.h \
	trace/summary.c trace/summary.h \
	trace/summary_rows.c trace/summary_rows.h \
	trace/symbols.c trace/symbols.h \
	trace/tables1.c trace/tables1.h \
	trace/tally.c trace/tally.h \
	trace/task.c trace/task.h \
	trace/text_annotation.c trace/text_annotation.h \
	trace/text_gc.c trace/text_gc.h \
	trace/text_page.c trace/text_page.h \
	trace/trace.c trace/trace.h \
	trace/unpack.c trace/unpack.h \
	trace/utilization.c trace/utilization.h \
	trace/varint.h \
	trace/wakeups.c trace/wakeups.h \
	trace/window.c trace/window.h \
	trace/wire1.c trace/wire1.h trace/wire1.def \
	trace/wire2.c trace/wire2.h trace/wire2.def

# pprof's format, from our own description of it. The generated code is not held to our warnings.
nodist_trace_libtrace_a_SOURCES = trace/pprof.pb-c.c trace/pprof.pb-c.h
BUILT_SOURCES += trace/pprof.pb-c.c trace/pprof.pb-c.h
CLEANFILES += trace/pprof.pb-c.c trace/pprof.pb-c.h
EXTRA_DIST += trace/pprof.proto
trace/pprof.pb-c.c: $(srcdir)/trace/pprof.proto
	$(AM_V_GEN)$(PROTOC_C) --proto_path='$(srcdir)' --c_out=. '$(srcdir)/trace/pprof.proto'
trace/pprof.pb-c.h: trace/pprof.pb-c.c
