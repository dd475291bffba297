host_test(lua)
host_test(lua_order)
host_test(lua_junk)
