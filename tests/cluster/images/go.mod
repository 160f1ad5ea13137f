module tracetui.invalid/images

go 1.19
