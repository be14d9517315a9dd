// SPDX-License-Identifier: Apache-2.0
#include "firmware_batch.hpp"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/wait.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <stdexcept>

#include "hls_backend/model/evaluate.hpp"
#include "limited_streams.hpp"
#include "sample_models.hpp"

namespace hls_tests {
namespace {

using namespace nac::hls;
namespace fs = std::filesystem;

/// Two compilers at a time.
const char *const kCompile = R"(
compile() { g++ -std=c++17 -O0 -fPIC -pthread -Wall -Wextra -Wno-unknown-pragmas -Werror -Istreams -I$1 -c $2.cpp -o $2.o; }
compile $1 part0 & first=$!
if [ -f part1.cpp ]; then compile $2 part1 || { wait $first; exit 1; }; fi
wait $first && g++ -shared -pthread -fno-gnu-unique part*.o -o all.so
)";

}  // namespace

std::string temporary_folder() {
  std::string pattern = (fs::temp_directory_path() / "nac-firmware-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("cannot create " + pattern);
  return pattern;
}

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

firmware_batch::firmware_batch(std::vector<named_model> models, bool concurrent)
    : models_(std::move(models)), concurrent_(concurrent), folder_(temporary_folder()) {
  std::vector<std::size_t> parts[2];
  for (std::size_t i = 0; i < models_.size(); ++i) parts[i % 2].push_back(i);
  std::string folders;
  for (std::size_t p = 0; p < 2; ++p) {
    if (parts[p].empty()) continue;
    joining how;
    how.concurrent = concurrent;
    std::string source = join_projects(folder_, models_, parts[p], how);
    if (p == 0) source += "extern \"C\" long long nac_leftover() { return leftover; }\n";
    write_text(folder_ + "/part" + std::to_string(p) + ".cpp", source);
    folders += " p" + std::to_string(parts[p][0]) + "/firmware/ap_types";
  }
  write_text(folder_ + "/streams/hls_stream.h", concurrent ? kBlockingStream : kCountingStream);
  write_text(folder_ + "/compile.sh", kCompile);
  const program_result compiled = shell(folder_, "sh compile.sh" + folders);
  if (compiled.status != 0) throw std::runtime_error("does not compile cleanly:\n" + compiled.output.substr(0, 8000));
  library_ = ::dlopen((folder_ + "/all.so").c_str(), RTLD_NOW | RTLD_LOCAL);
  if (library_ == nullptr) throw std::runtime_error(::dlerror());
}

firmware_batch::~firmware_batch() {
  if (library_ != nullptr) ::dlclose(library_);
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

std::size_t firmware_batch::number_of(const std::string &name) const {
  for (std::size_t i = 0; i < models_.size(); ++i)
    if (models_[i].name == name) return i;
  throw std::runtime_error("the batch has no model " + name);
}

int firmware_batch::simulate(const std::string &name, const float *const *inputs, double *const *outputs,
                             unsigned long long rows) const {
  const std::string symbol = (concurrent_ ? "nac_concurrent_" : "nac_simulate_") + std::to_string(number_of(name));
  const auto function = reinterpret_cast<int (*)(const float *const *, double *const *, unsigned long long)>(
      ::dlsym(library_, symbol.c_str()));
  if (function == nullptr) throw std::runtime_error("the library has no " + symbol);
  return function(inputs, outputs, rows);
}

std::string firmware_batch::difference(const std::string &name, int count) const {
  const model &m = find(name);
  const auto samples = samples_for(m, count);
  std::vector<std::vector<float>> in(m.inputs.size());
  for (const auto &sample : samples)
    for (std::size_t i = 0; i < sample.size(); ++i)
      for (const double x : sample[i]) in[i].push_back(static_cast<float>(x));
  std::vector<std::vector<double>> out;
  for (const int t : m.outputs)
    out.emplace_back(samples.size() * static_cast<std::size_t>(m.tensors[static_cast<std::size_t>(t)].size));
  std::vector<const float *> inputs;
  std::vector<double *> outputs;
  for (auto &values : in) inputs.push_back(values.data());
  for (auto &values : out) outputs.push_back(values.data());
  const auto leftover = reinterpret_cast<long long (*)()>(::dlsym(library_, "nac_leftover"));
  if (leftover == nullptr) throw std::runtime_error("the library has no nac_leftover");
  const long long before = leftover();
  const int status = simulate(name, inputs.data(), outputs.data(), samples.size());
  if (status == 2) return "a process waits for ever";
  if (status != 0) return "the bridge fails with status " + std::to_string(status);
  if (leftover() != before) return std::to_string(leftover() - before) + " words are left in streams";

  for (std::size_t row = 0; row < samples.size(); ++row) {
    auto sample = samples[row];
    for (auto &values : sample)
      for (double &x : values) x = static_cast<double>(static_cast<float>(x));
    const auto expected = evaluate(m, sample);
    for (std::size_t o = 0; o < out.size(); ++o) {
      const int fraction = m.tensors[static_cast<std::size_t>(m.outputs[o])].type.fraction();
      for (std::size_t i = 0; i < expected[o].size(); ++i) {
        const double found = std::ldexp(out[o][row * expected[o].size() + i], fraction);
        if (found != static_cast<double>(expected[o][i]))
          return "sample " + std::to_string(row) + ", output " + std::to_string(o) + ", element " + std::to_string(i) +
                 ": " + std::to_string(found) + " instead of " + std::to_string(expected[o][i]);
      }
    }
  }
  return "";
}

}  // namespace hls_tests
