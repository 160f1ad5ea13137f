bin_PROGRAMS += tracetui
tracetui_SOURCES = \
	tui/main.c
tracetui_LDADD = trace/libtrace.a $(NCURSES_LIBS) $(CURL_LIBS) $(JANSSON_LIBS) $(YAML_LIBS) \
	$(MHD_LIBS) $(WSLAY_LIBS) $(GLIB_LIBS) $(LIBM)
