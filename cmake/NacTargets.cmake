# SPDX-License-Identifier: Apache-2.0
# Helpers of this tree (the plugin authors' are in sdk/cmake).

find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
  # Without these ccache does not look behind precompiled headers.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros ${CCACHE})
  add_compile_options($<$<COMPILE_LANG_AND_ID:CXX,GNU>:-fpch-preprocess>)
endif()

add_library(nac_options INTERFACE)
target_compile_options(nac_options INTERFACE -Wall -Wextra -Wpedantic -Werror)
# The tables of the ABI are filled by position on purpose: a new last member stays zero.
target_compile_options(nac_options INTERFACE -Wno-missing-field-initializers)
# g++ 12 sees overlapping copies in std::string's own operator+ (GCC bug 105651).
target_compile_options(nac_options INTERFACE $<$<COMPILE_LANG_AND_ID:CXX,GNU>:-Wno-restrict>)
if(NAC_SANITIZE)
  add_compile_options(-fsanitize=${NAC_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  add_link_options(-fsanitize=${NAC_SANITIZE})
endif()

# nac_precompile(target header libraries...): headers that many targets with the options of `target` read once, by
# REUSE_FROM.
function(nac_precompile target header)
  target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/precompiled.cpp)
  target_link_libraries(${target} PRIVATE nac_options ${ARGN})
  target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/cmake/precompiled/${header})
endfunction()

# nac_add_room(name SOURCES ... [LINKS ...]): a static library of one folder of framework/.
function(nac_add_room name)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS" ${ARGN})
  add_library(nac_${name} STATIC ${ARG_SOURCES})
  target_include_directories(nac_${name} PUBLIC ${CMAKE_SOURCE_DIR}/framework ${CMAKE_BINARY_DIR}/generated)
  set_target_properties(nac_${name} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  target_link_libraries(nac_${name} PUBLIC nac_sdk ${ARG_LINKS} PRIVATE nac_options)
  if(NOT TARGET nac_room_headers)
    add_library(nac_room_headers OBJECT)
    set_target_properties(nac_room_headers PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
    nac_precompile(nac_room_headers room.hpp fmt::fmt)
  endif()
  target_precompile_headers(nac_${name} REUSE_FROM nac_room_headers)
endfunction()

# nac_add_unit_test(room SOURCES ... [LINKS ...] [LABELS ...]): one Catch2 program per room, one ctest test each. Labels:
# "fast" runs under the address sanitizer too (the default), "threads" under the thread sanitizer.
function(nac_add_unit_test room)
  cmake_parse_arguments(ARG "" "" "SOURCES;LINKS;LABELS" ${ARGN})
  if(NOT ARG_LABELS)
    set(ARG_LABELS fast)
  endif()
  add_executable(test_${room} ${ARG_SOURCES})
  target_link_libraries(test_${room} PRIVATE nac_catch_main ${ARG_LINKS} nac_options)
  # What the rooms do is optimized; the tests themselves would only take longer to build.
  target_compile_options(test_${room} PRIVATE -O0)
  if(NOT TARGET nac_test_headers)
    add_executable(nac_test_headers)  # as position independent as the tests are
    target_compile_options(nac_test_headers PRIVATE -O0)
    nac_precompile(nac_test_headers test.hpp Catch2::Catch2 nac_catch_main)
  endif()
  target_precompile_headers(test_${room} REUSE_FROM nac_test_headers)
  target_include_directories(test_${room} PRIVATE ${CMAKE_SOURCE_DIR}/framework)
  target_compile_definitions(test_${room} PRIVATE NAC_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  NAC_PLUGIN_DIR="${NAC_PLUGIN_DIR}"
                                                  NAC_PROGRAM="${CMAKE_BINARY_DIR}/bin/nac")
  set_target_properties(test_${room} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
  add_test(NAME unit.${room} COMMAND test_${room} --durations no)
  set_tests_properties(unit.${room} PROPERTIES TIMEOUT 300 LABELS "${ARG_LABELS}")
endfunction()
