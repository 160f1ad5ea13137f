/* Where the program begins. */
#include <stdio.h>

int main(void)
{
    fputs("tracetui: not built yet\n", stderr);
    return 1;
}
