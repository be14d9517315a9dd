// SPDX-License-Identifier: Apache-2.0
#include "firmware_run.hpp"

#include <cmath>
#include <filesystem>

#include "hls_backend/model/evaluate.hpp"
#include "sample_models.hpp"

namespace hls_tests {
namespace {

namespace fs = std::filesystem;
using namespace nac::hls;

}  // namespace

firmware_run::firmware_run(const model &m) : m_(m), folder_(temporary_folder()) {
  for (const file &f : project_files(m)) write(f);
}

firmware_run::~firmware_run() {
  std::error_code error;
  fs::remove_all(folder_, error);
}

void firmware_run::write(const file &f) const { write_text(folder_ + "/" + f.path, f.bytes); }

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

}  // namespace hls_tests
