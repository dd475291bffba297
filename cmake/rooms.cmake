# How a room, an executable and a test are declared; flags live here and nowhere else.
option(DJ_SANITIZE "AddressSanitizer and UndefinedBehaviorSanitizer" OFF)
option(DJ_WERROR "warnings are errors" ON)
option(DJ_FUZZ "fuzz targets for libFuzzer (clang only)" OFF)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release)
endif()
set(CMAKE_C_FLAGS_RELEASE "-O2") # assertions stay on: a wrong answer costs more than a branch

add_library(dj_flags INTERFACE)
target_compile_definitions(dj_flags INTERFACE _GNU_SOURCE DJ_VERSION="${PROJECT_VERSION}")
# -ffp-contract=off: no fused multiply-add, so that sums are the same from any compiler
target_compile_options(dj_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-missing-field-initializers
  -ffp-contract=off -fno-strict-aliasing -fstack-protector-strong)
target_include_directories(dj_flags INTERFACE ${CMAKE_SOURCE_DIR}/core ${CMAKE_SOURCE_DIR}/core/include)
if(DJ_WERROR)
  target_compile_options(dj_flags INTERFACE -Werror)
endif()
if(DJ_FUZZ)
  target_compile_options(dj_flags INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(DJ_SANITIZE)
  target_compile_definitions(dj_flags INTERFACE DJ_SANITIZED=1)
  target_compile_options(dj_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(dj_flags INTERFACE -fsanitize=address,undefined)
else()
  target_compile_definitions(dj_flags INTERFACE _FORTIFY_SOURCE=2)
  target_link_options(dj_flags INTERFACE -Wl,-z,relro,-z,now)
endif()

# dj_room(NAME SOURCES a.c ... ROOMS base ... LIBRARIES PkgConfig::x ...)
function(dj_room name)
  cmake_parse_arguments(R "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_library(dj_${name} STATIC ${R_SOURCES})
  target_link_libraries(dj_${name} PRIVATE dj_flags ${R_LIBRARIES})
  foreach(other ${R_ROOMS})
    target_link_libraries(dj_${name} PRIVATE dj_${other})
  endforeach()
endfunction()

# dj_program(NAME SOURCES ... ROOMS ... LIBRARIES ...)
function(dj_program name)
  cmake_parse_arguments(R "" "" "SOURCES;ROOMS;LIBRARIES" ${ARGN})
  add_executable(${name} ${R_SOURCES})
  target_link_libraries(${name} PRIVATE dj_flags ${R_LIBRARIES})
  foreach(other ${R_ROOMS})
    target_link_libraries(${name} PRIVATE dj_${other})
  endforeach()
endfunction()

# dj_test(ROOM TOPIC [ROOMS ...] [LIBRARIES ...]): tests/ROOM/TOPIC.c, run from tests/ROOM
function(dj_test room topic)
  cmake_parse_arguments(R "" "" "ROOMS;LIBRARIES" ${ARGN})
  set(target test_${room}_${topic})
  add_executable(${target} ${topic}.c)
  target_link_libraries(${target} PRIVATE dj_flags dj_${room} PkgConfig::cmocka ${R_LIBRARIES})
  foreach(other ${R_ROOMS})
    target_link_libraries(${target} PRIVATE dj_${other})
  endforeach()
  set_target_properties(${target} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME ${room}/${topic} COMMAND ${target} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${room}/${topic} PROPERTIES TIMEOUT 300
    ENVIRONMENT "DJ_BUILD=${CMAKE_BINARY_DIR};DJ_SOURCE=${CMAKE_SOURCE_DIR};ASAN_OPTIONS=detect_leaks=1")
endfunction()

# dj_script_test(NAME COMMAND...): a test that is a program of tests/, given the build folder in DJ_BUILD
function(dj_script_test name)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY ${CMAKE_CURRENT_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT 600
    ENVIRONMENT "DJ_BUILD=${CMAKE_BINARY_DIR};DJ_SOURCE=${CMAKE_SOURCE_DIR}")
endfunction()

# dj_npm(OUT COMMENT): the npm packages of this folder's lock, in OUT/node_modules; OUT is a folder of the build's
find_program(NPM npm REQUIRED)
function(dj_npm out comment)
  set(here ${CMAKE_CURRENT_SOURCE_DIR})
  add_custom_command(OUTPUT ${out}/node_modules/.package-lock.json
    COMMAND ${CMAKE_COMMAND} -E make_directory ${out}
    COMMAND ${CMAKE_COMMAND} -E copy ${here}/package.json ${here}/package-lock.json ${here}/.npmrc ${out}
    COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --loglevel=error --prefix ${out}
    COMMAND ${CMAKE_COMMAND} -E touch ${out}/node_modules/.package-lock.json
    DEPENDS package.json package-lock.json .npmrc
    WORKING_DIRECTORY ${CMAKE_BINARY_DIR}
    COMMENT "${comment}" VERBATIM)
endfunction()
