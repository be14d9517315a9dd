// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/emit/json_writer.hpp"
#include "hls_backend/emit/script_parts.hpp"

namespace nac::hls {
namespace {

/// Text that no tool takes for anything but itself: part names are made of these characters, see find_part().
std::string project_tcl(const model &m) {
  const options &o = m.how;
  return "# What the project is; build_prj.tcl and vivado_synth.tcl read it.\n"
         "set project_name " +
         o.project +
         "\n"
         "set backend vitis\n"
         "set part " +
         o.target.name +
         "\n"
         "set clock_period " +
         shortest(o.clock_period_ns) +
         "\n"
         "set clock_uncertainty " +
         shortest(100 * o.clock_uncertainty) +
         "%\n"
         "set io_type " +
         name_of(o.io) + "\n";
}

std::string options_tcl() {
  return "# What build_prj.tcl does unless it is told otherwise: 1 or 0.\n"
         "array set opt {\n"
         "    reset      0\n"
         "    csim       1\n"
         "    synth      1\n"
         "    cosim      1\n"
         "    validation 1\n"
         "    export     0\n"
         "    vsynth     0\n"
         "}\n";
}

std::string library_script(const model &m) {
  return "#!/bin/sh\n"
         "# Compiles the project into a shared library with a C++ compiler alone; its function is\n"
         "#   int nac_simulate(const float *const *inputs, double *const *outputs, unsigned long long rows);\n"
         "# CXX names the compiler. AP_TYPES names a folder with ap_fixed.h and hls_stream.h of another make, the\n"
         "# vendor's for instance: the integers that come out are the same.\n"
         "set -eu\n"
         "cd \"$(dirname \"$0\")\"\n"
         "project=" +
         m.how.project +
         "\n"
         "${CXX:-g++} -std=c++17 -O2 -fPIC -shared -Wno-unknown-pragmas -I\"${AP_TYPES:-firmware/ap_types}\" \\\n"
         "  \"${project}_bridge.cpp\" \"firmware/${project}.cpp\" -o \"lib${project}.so\"\n"
         "echo \"lib${project}.so\"\n";
}

}  // namespace

std::vector<file> script_files(const model &m) {
  return {{"build_prj.tcl", build_tcl(m)},     {"build_opt.tcl", options_tcl()},
          {"project.tcl", project_tcl(m)},     {"vivado_synth.tcl", vivado_tcl(m)},
          {"build_lib.sh", library_script(m)}, {"nac_config.toml", settings_toml(m)},
          {"README.md", project_readme(m)}};
}

}  // namespace nac::hls
