// SPDX-License-Identifier: Apache-2.0
//
// sample_model.hpp: a small model made by hand, a folder that goes with its test, and variables set for one.
#pragma once
#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

#include "hls_backend/model/model.hpp"

namespace nac::hls::sample {

/// 2 inputs, dense with weights {{3, -2}, {1, 0}} and bias {5, -1}, ReLU, quantized.
inline model dense_model() {
  model m;
  m.how.project = "tiny";
  m.how.target = {"xcvu13p-flga2577-2-e", 1728000, 3456000, 12288, 5376, 1280, 4};
  m.how.clock_period_ns = 2.5;
  m.how.clock_uncertainty = 0.125;
  const fixed_type in{8, 4, true, rounding::rnd_conv, overflow::sat};
  const fixed_type out{6, 4, false, rounding::rnd_conv, overflow::sat};
  m.tensors = {{"x", {2}, 2, in, {-128, 127}, 0, {1}, false}, {"y", {2}, 2, out, {0, 63}, 1, {}, true}};
  layer input;
  input.name = "x";
  input.kind = layer_kind::input;
  input.output = 0;
  input.accumulator = in;
  input.accumulator_range = {-128, 127};
  layer dense;
  dense.index = 1;
  dense.name = "fc.1";
  dense.kind = layer_kind::dense;
  dense.inputs = {0};
  dense.output = 1;
  dense.weights = {2, 2, {3, -2, 1, 0}, {4, 2, true}, {5, -1}, {9, 3, true}};
  dense.accumulator = {11, 5, true};
  dense.accumulator_range = {-507, 513};
  dense.steps = {{pointwise::op::relu, 0, {10, 4, false}, {0, 513}}, {pointwise::op::quantize, 0, out, {0, 63}}};
  m.layers = {input, dense};
  m.inputs = {0};
  m.outputs = {1};
  return m;
}

class folder {
 public:
  folder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "nac-hls-test-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    path_ = pattern;
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(const folder &) = delete;
  folder &operator=(const folder &) = delete;
  std::string operator/(const std::string &name) const { return (path_ / name).string(); }
  std::string path() const { return path_.string(); }
  void write(const std::string &name, const std::string &bytes) const {
    std::filesystem::create_directories((path_ / name).parent_path());
    std::ofstream(path_ / name, std::ios::binary) << bytes;
  }
  void write_program(const std::string &name, const std::string &bytes) const {
    write(name, bytes);
    std::filesystem::permissions(path_ / name, std::filesystem::perms::owner_all);
  }
  std::string read(const std::string &name) const {
    std::ifstream file(path_ / name, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::filesystem::path path_;
};

/// A variable of the environment for the rest of a block.
class variable {
 public:
  variable(const char *name, const std::optional<std::string> &value) : name_(name) {
    if (const char *before = std::getenv(name)) before_ = before;
    set(value);
  }
  ~variable() { set(before_); }
  variable(const variable &) = delete;
  variable &operator=(const variable &) = delete;

 private:
  void set(const std::optional<std::string> &value) {
    if (value)
      setenv(name_, value->c_str(), 1);
    else
      unsetenv(name_);
  }
  const char *name_;
  std::optional<std::string> before_;
};

}  // namespace nac::hls::sample
