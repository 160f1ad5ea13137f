module tracetui.invalid/gen

go 1.19
