// SPDX-License-Identifier: Apache-2.0
#include "joined_projects.hpp"

#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <stdexcept>

#include "hls_backend/emit/project.hpp"
#include "limited_streams.hpp"

namespace hls_tests {
namespace {

using namespace nac::hls;
namespace fs = std::filesystem;

bool starts(const std::string &text, const std::string &with) { return text.rfind(with, 0) == 0; }

/// Headers that all projects have the same: outside of their namespaces.
bool is_shared(const std::string &path) {
  return starts(path, "firmware/nac_utils/") || starts(path, "firmware/ap_types/");
}

void collect_macros(const std::string &text, std::set<std::string> &names) {
  std::istringstream lines(text);
  for (std::string line, word; std::getline(lines, line);) {
    std::istringstream words(line);
    if (words >> word && word == "#define" && words >> word) names.insert(word.substr(0, word.find('(')));
  }
}

std::string include(const std::string &path) { return "#include \"" + path + "\"\n"; }

}  // namespace

void write_text(const std::string &path, const std::string &text) {
  fs::create_directories(fs::path(path).parent_path());
  std::ofstream out(path, std::ios::binary);
  out << text;
  if (!out.flush()) throw std::runtime_error("cannot write " + path);
}

std::string join_projects(const std::string &folder, const std::vector<named_model> &models,
                          const std::vector<std::size_t> &which, const joining &how) {
  std::string shared =
      "#include <cfloat>\n#include <cmath>\n#include <cstdlib>\n#include <exception>\n#include <fstream>\n"
      "#include <iostream>\n#include <string>\n#include <thread>\n#include <vector>\n"
      "#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n#include \"hls_stream.h\"\n";
  std::string own;
  for (const std::size_t i : which) {
    const model &m = models[i].m;
    const std::string number = std::to_string(i), place = "p" + number + "/", project = m.how.project;
    const std::string top = "firmware/" + project + ".cpp";
    std::set<std::string> macros;
    for (const file &f : project_files(m)) {
      const bool header = starts(f.path, "firmware/nac_utils/");
      if (header && i == which[0]) shared += include(place + f.path);
      if (!is_shared(f.path)) collect_macros(f.bytes, macros);
      write_text(folder + "/" + place + f.path, how.concurrent && f.path == top ? in_threads(f.bytes) : f.bytes);
    }
    own += "\n// " + models[i].name + "\n#define nac_simulate nac_simulate_" + number + "\nnamespace model" + number +
           " {\n" + include(place + top);
    if (how.bridges)
      own += include(place + project + "_bridge.cpp") + (how.concurrent ? concurrent_driver(number) : "");
    if (how.testbenches) own += "namespace testbench {\n" + include(place + project + "_test.cpp") + "}\n";
    own += "}\n#undef nac_simulate\n";
    for (const std::string &name : macros) own += "#undef " + name + "\n";
  }
  return shared + own;
}

}  // namespace hls_tests
