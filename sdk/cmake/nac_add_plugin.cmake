# SPDX-License-Identifier: Apache-2.0
# nac_add_plugin(NAME my-task SOURCES a.cpp ... [LINKS lib ...] [DESTINATION dir])
#
# Builds nac-<name>.so that exports nac_plugin_v1 and nothing else. The version script is not cosmetic: without it two
# plugins that share an inline function with a static object share that object, even if its size differs.
# With nac::program known, adds the test verify-<name>, unless NO_VERIFY_TEST is given.

function(nac_add_plugin)
  cmake_parse_arguments(ARG "NO_VERIFY_TEST" "NAME;DESTINATION" "SOURCES;LINKS" ${ARGN})
  if(NOT ARG_NAME OR NOT ARG_SOURCES)
    message(FATAL_ERROR "nac_add_plugin needs NAME and SOURCES")
  endif()
  string(MAKE_C_IDENTIFIER plugin_${ARG_NAME} target)
  add_library(${target} MODULE ${ARG_SOURCES})
  get_target_property(flags ${target} COMPILE_OPTIONS)
  foreach(flag IN LISTS flags CMAKE_C_FLAGS CMAKE_CXX_FLAGS)
    if(flag MATCHES "-ffast-math|-Ofast")
      message(FATAL_ERROR "plugin ${ARG_NAME}: -ffast-math changes the arithmetic of the whole program when the plugin "
                          "is loaded; remove it")
    endif()
  endforeach()
  set_target_properties(${target} PROPERTIES
    PREFIX "" OUTPUT_NAME nac-${ARG_NAME} C_VISIBILITY_PRESET hidden CXX_VISIBILITY_PRESET hidden
    VISIBILITY_INLINES_HIDDEN ON LINK_DEPENDS ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map)
  target_link_libraries(${target} PRIVATE nac::sdk ${ARG_LINKS})
  # A sanitizer's run time is resolved from the program, which -z defs would not allow.
  if(NOT NAC_SANITIZE)
    target_link_options(${target} PRIVATE -Wl,-z,defs)
  endif()
  target_link_options(${target} PRIVATE -Wl,--version-script=${CMAKE_CURRENT_FUNCTION_LIST_DIR}/plugin.map -Wl,-z,noexecstack)
  if(ARG_DESTINATION)
    set_target_properties(${target} PROPERTIES LIBRARY_OUTPUT_DIRECTORY ${ARG_DESTINATION})
  endif()
  if(TARGET nac::program AND NOT ARG_NO_VERIFY_TEST)
    add_test(NAME verify-${ARG_NAME} COMMAND nac::program plugin verify $<TARGET_FILE:${target}>)
  endif()
endfunction()
