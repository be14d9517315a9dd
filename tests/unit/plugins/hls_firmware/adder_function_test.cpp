// SPDX-License-Identifier: Apache-2.0
#include <dlfcn.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <random>

#include "hls_backend/emit/adder_problem.hpp"
#include "hls_backend/emit/design.hpp"
#include "nac/cpp/error.hpp"
#include "support/temp_folder.hpp"

using namespace nac::hls;

namespace {

struct shape {
  int64_t inputs, outputs;
  fixed_type input;
  bounds range;
  fixed_type weight;
  int zero_percent;
  int bias_fraction;  ///< below 0: no bias
};

fixed_type fixed(int width, int integer, bool is_signed = true) {
  fixed_type t;
  t.width = width;
  t.integer = integer;
  t.is_signed = is_signed;
  return t;
}

int64_t draw(std::mt19937_64 &random, int64_t low, int64_t high) {
  return low + static_cast<int64_t>(random() % static_cast<uint64_t>(high - low + 1));
}

/// A model of one dense layer, with the accumulator that reading a graph would give it.
model one_layer(const shape &s, std::mt19937_64 &random) {
  model m;
  m.tensors.resize(1);
  m.tensors[0].type = s.input;
  m.tensors[0].range = s.range;
  m.tensors[0].size = s.inputs;
  layer l;
  l.name = "fc1";
  l.kind = layer_kind::dense;
  l.inputs = {0};
  l.weights.inputs = s.inputs;
  l.weights.outputs = s.outputs;
  l.weights.type = s.weight;
  for (int64_t i = 0; i < s.inputs * s.outputs; ++i)
    l.weights.values.push_back(
        draw(random, 0, 99) < s.zero_percent ? 0 : draw(random, s.weight.lowest(), s.weight.highest()));
  const int product = s.input.fraction() + s.weight.fraction();
  const int grid = std::max(product, s.bias_fraction);
  if (s.bias_fraction >= 0) {
    l.weights.bias_type = fixed(10, 10 - s.bias_fraction);
    for (int64_t o = 0; o < s.outputs; ++o) l.weights.bias.push_back(draw(random, -512, 511));
  }
  int64_t largest = 0;
  for (int64_t o = 0; o < s.outputs; ++o) {
    int64_t sum =
        s.bias_fraction < 0 ? 0 : std::abs(l.weights.bias[static_cast<std::size_t>(o)]) << (grid - s.bias_fraction);
    for (int64_t i = 0; i < s.inputs; ++i)
      sum += (std::abs(l.weights.at(i, o)) * std::max(std::abs(s.range.low), std::abs(s.range.high)))
             << (grid - product);
    largest = std::max(largest, sum);
  }
  l.accumulator_range = {-largest, largest};
  l.accumulator = exact_type(l.accumulator_range, grid);
  m.layers.push_back(l);
  return m;
}

/// Products one after the other, on the accumulator's grid.
int64_t expected(const model &m, const std::vector<int64_t> &x, int64_t o) {
  const layer &l = m.layers[0];
  const auto &w = l.weights;
  int64_t sum = 0;
  for (int64_t i = 0; i < w.inputs; ++i) sum += x[static_cast<std::size_t>(i)] * w.at(i, o);
  sum <<= l.accumulator.fraction() - m.tensors[0].type.fraction() - w.type.fraction();
  if (!w.bias.empty())
    sum += w.bias[static_cast<std::size_t>(o)] << (l.accumulator.fraction() - w.bias_type.fraction());
  return sum;
}

/// The layer's function, and one around it from raw inputs to raw accumulators: "multiply<number>".
std::string functions(const model &m, const std::string &number) {
  const layer &l = m.layers[0];
  const auto raw = [](const fixed_type &t) {
    return (t.is_signed ? "ap_int<" : "ap_uint<") + std::to_string(t.width) + ">";
  };
  const auto bits = [](const fixed_type &t) { return ".range(" + std::to_string(t.width - 1) + ", 0)"; };
  const fixed_type &in = m.tensors[0].type;
  const std::string n = std::to_string(l.weights.inputs), k = std::to_string(l.weights.outputs);
  return adder_function(m, l, "adders" + number, "#pragma HLS INLINE") + "extern \"C\" void multiply" + number +
         "(const long long *from, long long *to) {\n  " + in.text() + " x[" + n + "];\n  " + l.accumulator.text() +
         " y[" + k + "];\n  for (int i = 0; i < " + n + "; i++) x[i]" + bits(in) + " = " + raw(in) +
         "(from[i]);\n  adders" + number + "(x, y);\n  for (int o = 0; o < " + k +
         "; o++) to[o] = " + raw(l.accumulator) + "(y[o]" + bits(l.accumulator) + ");\n}\n";
}

/// Inputs of 200 samples and what comes of them.
void check(const shape &s, const model &m, void (*multiply)(const long long *, long long *), std::mt19937_64 &random) {
  for (int64_t k = 0; k < 200; ++k) {
    std::vector<int64_t> x;
    for (int64_t i = 0; i < s.inputs; ++i)
      x.push_back(k % 2 == 0          ? draw(random, s.range.low, s.range.high)
                  : random() % 2 != 0 ? s.range.low
                                      : s.range.high);
    const std::vector<long long> in(x.begin(), x.end());
    std::vector<long long> out(static_cast<std::size_t>(s.outputs));
    multiply(in.data(), out.data());
    for (int64_t o = 0; o < s.outputs; ++o) REQUIRE(out[static_cast<std::size_t>(o)] == expected(m, x, o));
  }
}

void check_all(const std::vector<shape> &shapes, const std::string &flags, unsigned seed) {
  std::mt19937_64 random(seed);
  const nac::test::TempFolder folder;
  const std::string base = folder.path().string() + "/f";
  std::vector<model> models;
  std::string source = "#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n";
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    models.push_back(one_layer(shapes[i], random));
    source += functions(models[i], std::to_string(i));
  }
  std::ofstream(base + ".cpp") << source;
  const std::string compile = "g++ -std=c++17 -fPIC -shared -Wall -Wextra -Wno-unknown-pragmas -Werror " + flags +
                              " -I'" NAC_AP_TYPES "' -o '" + base + ".so' '" + base + ".cpp'";
  REQUIRE(std::system(compile.c_str()) == 0);
  void *const library = ::dlopen((base + ".so").c_str(), RTLD_NOW | RTLD_LOCAL);
  REQUIRE(library != nullptr);
  for (std::size_t i = 0; i < shapes.size(); ++i) {
    INFO("shape " << i);
    void *const function = ::dlsym(library, ("multiply" + std::to_string(i)).c_str());
    REQUIRE(function != nullptr);
    check(shapes[i], models[i], reinterpret_cast<void (*)(const long long *, long long *)>(function), random);
  }
  ::dlclose(library);
}

const shape kSigned{6, 5, fixed(8, 3), {-128, 127}, fixed(6, 1), 30, 4};
const shape kUnsigned{4, 6, fixed(7, 0, false), {0, 100}, fixed(8, 8), 0, 12};  // the bias has the finer grid
const shape kNoBias{3, 3, fixed(5, 9), {-16, 15}, fixed(4, -2), 60, -1};        // points outside of the numbers

}  // namespace

TEST_CASE("The firmware of shared shift-adds multiplies exactly", "[hls]") {
  shape zero = kSigned;
  zero.zero_percent = 100;
  // As long long and in their own widths.
  check_all({kSigned, kUnsigned, kNoBias, zero}, "-DNAC_ADDER_WIDTHS=0", 1);
  check_all({kSigned, kUnsigned, kNoBias, zero}, "-DNAC_ADDER_WIDTHS=1", 5);
}

TEST_CASE("Its text is the same each time and carries the attributes", "[hls]") {
  std::mt19937_64 random(8);
  const model m = one_layer(kSigned, random);
  const std::string text = adder_function(m, m.layers[0], "fc1_product", "#pragma HLS PIPELINE II=1\n");
  CHECK(text == adder_function(m, m.layers[0], "fc1_product", "#pragma HLS PIPELINE II=1\n"));
  CHECK(text.rfind("static void fc1_product(const ap_fixed<8,3> x[6], " + m.layers[0].accumulator.text() +
                       " y[5]) {\n#pragma HLS PIPELINE II=1\n",
                   0) == 0);
}

TEST_CASE("Padding brings zeros that the input's range may not have", "[hls]") {
  std::mt19937_64 random(9);
  shape s = kUnsigned;
  s.range = {5, 100};
  model m = one_layer(s, random);
  CHECK(adder_problem(m, m.layers[0]).range[0].low == 5);
  m.layers[0].kind = layer_kind::conv;
  m.layers[0].geometry.pad_left = 1;
  CHECK(adder_problem(m, m.layers[0]).range[0].low == 0);
}

TEST_CASE("A weight beside the accumulator's grid is a defect that is named", "[hls]") {
  std::mt19937_64 random(10);
  model m = one_layer(kNoBias, random);
  m.layers[0].weights.values[0] = 3;
  m.layers[0].accumulator.integer += 1;
  CHECK_THROWS_WITH(adder_problem(m, m.layers[0]), Catch::Contains("layer 'fc1': weight 3"));
}
