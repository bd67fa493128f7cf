/* Breaks each rule once; see tests/house/CMakeLists.txt. */
#include "io/json.h"
#include <cjson/cJSON.h>

void *sc_planted(void)
{
    return malloc(1);
}
