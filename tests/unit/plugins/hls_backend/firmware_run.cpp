// SPDX-License-Identifier: Apache-2.0
#include "firmware_run.hpp"

#include <sys/wait.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <stdexcept>

#include "hls_backend/model/evaluate.hpp"
#include "sample_models.hpp"

namespace hls_tests {
namespace {

namespace fs = std::filesystem;
using namespace nac::hls;

program_result shell(const std::string &folder, const std::string &command) {
  FILE *const pipe = popen(("cd '" + folder + "' && (" + command + ") 2>&1").c_str(), "r");
  if (pipe == nullptr) throw std::runtime_error("cannot run " + command);
  program_result result;
  char buffer[4096];
  for (std::size_t n; (n = fread(buffer, 1, sizeof buffer, pipe)) > 0;) result.output.append(buffer, n);
  const int status = pclose(pipe);
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  return result;
}

}  // namespace

firmware_run::firmware_run(const model &m) : m_(m) {
  std::string pattern = (fs::temp_directory_path() / "nac-firmware-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern);
  folder_ = pattern;
  for (const file &f : project_files(m)) write(f);
}

firmware_run::~firmware_run() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

void firmware_run::write(const file &f) const {
  const fs::path path = fs::path(folder_) / f.path;
  fs::create_directories(path.parent_path());
  std::ofstream out(path, std::ios::binary);
  out << f.bytes;
  if (!out.flush()) throw std::runtime_error("cannot write " + path.string());
}

void firmware_run::write_vectors(int count) const {
  std::vector<std::vector<float>> inputs(m_.inputs.size());
  std::vector<std::vector<double>> expected(m_.outputs.size());
  for (const auto &sample : samples_for(m_, count)) {
    std::vector<std::vector<double>> seen = sample;
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (double &x : seen[i]) {
        inputs[i].push_back(static_cast<float>(x));
        x = static_cast<double>(inputs[i].back());
      }
    const auto integers = evaluate(m_, seen);
    for (std::size_t o = 0; o < integers.size(); ++o) {
      const tensor &t = m_.tensors[static_cast<std::size_t>(m_.outputs[o])];
      for (const int64_t n : integers[o]) expected[o].push_back(std::ldexp(static_cast<double>(n), -t.type.fraction()));
    }
  }
  for (const file &f : testbench_files(m_, inputs, expected, count)) write(f);
}

program_result firmware_run::compile_testbench() const {
  const std::string &name = m_.how.project;
  return shell(folder_, "g++ -std=c++17 -O1 -Wall -Wextra -Wno-unknown-pragmas -Werror -Ifirmware/ap_types " + name +
                            "_test.cpp firmware/" + name + ".cpp -o testbench");
}

program_result firmware_run::run_testbench() const { return shell(folder_, "./testbench"); }

std::string difference(const model &m, int count) {
  const firmware_run project(m);
  project.write_vectors(count);
  const program_result compiled = project.compile_testbench();
  if (compiled.status != 0 || !compiled.output.empty()) return "does not compile cleanly:\n" + compiled.output;
  const program_result ran = project.run_testbench();
  if (ran.status != 0 || ran.output != std::to_string(count) + " vectors, 0 with differences\n") return ran.output;
  return "";
}

}  // namespace hls_tests
