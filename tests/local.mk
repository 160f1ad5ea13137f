# What each unit test links: the library of the folder that it tests, and GLib's test frame.
