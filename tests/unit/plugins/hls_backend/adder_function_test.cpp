// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

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

/// A program that reads raw inputs, calls the function and prints raw accumulators.
std::string program(const model &m) {
  const layer &l = m.layers[0];
  const std::string in = m.tensors[0].type.text(), out = l.accumulator.text();
  const std::string n = std::to_string(l.weights.inputs), k = std::to_string(l.weights.outputs);
  const auto raw = [](const fixed_type &t) {
    return (t.is_signed ? "ap_int<" : "ap_uint<") + std::to_string(t.width) + ">";
  };
  const std::string all_in = ".range(" + std::to_string(m.tensors[0].type.width - 1) + ", 0)";
  const std::string all_out = ".range(" + std::to_string(l.accumulator.width - 1) + ", 0)";
  return "#include <iostream>\n#include \"ap_fixed.h\"\n#include \"ap_int.h\"\n" +
         adder_function(m, l, "multiply", "#pragma HLS INLINE") + "int main() {\n  long long n;\n  for (;;) {\n    " +
         in + " x[" + n + "];\n    " + out + " y[" + k +
         "];\n    for (auto &v : x) {\n      if (!(std::cin >> n)) return 0;\n" + "      v" + all_in + " = " +
         raw(m.tensors[0].type) + "(n);\n    }\n    multiply(x, y);\n" +
         "    for (auto &v : y) std::cout << static_cast<long long>(" + raw(l.accumulator) + "(v" + all_out +
         ")) << '\\n';\n  }\n}\n";
}

/// Runs the function compiled with `flags`; samples of inputs, samples of results.
std::vector<int64_t> run(const model &m, const std::vector<int64_t> &inputs, const std::string &flags) {
  const nac::test::TempFolder folder;
  const std::string base = folder.path().string() + "/f";
  std::ofstream(base + ".cpp") << program(m);
  std::ofstream samples(base + ".in");
  for (const int64_t n : inputs) samples << n << '\n';
  samples.close();
  const std::string compile = "c++ -std=c++17 -Wall -Wextra -Wno-unknown-pragmas -Werror " + flags +
                              " -I'" NAC_AP_TYPES "' -o '" + base + "' '" + base + ".cpp'";
  REQUIRE(std::system(compile.c_str()) == 0);
  REQUIRE(std::system(("'" + base + "' < '" + base + ".in' > '" + base + ".out'").c_str()) == 0);
  std::ifstream file(base + ".out");
  std::vector<int64_t> results;
  for (int64_t n = 0; file >> n;) results.push_back(n);
  return results;
}

void check(const shape &s, const std::string &flags, unsigned seed) {
  std::mt19937_64 random(seed);
  const model m = one_layer(s, random);
  constexpr int64_t kSamples = 200;
  std::vector<int64_t> inputs;
  for (int64_t k = 0; k < kSamples; ++k)
    for (int64_t i = 0; i < s.inputs; ++i)
      inputs.push_back(k % 2 == 0          ? draw(random, s.range.low, s.range.high)
                       : random() % 2 != 0 ? s.range.low
                                           : s.range.high);
  const auto results = run(m, inputs, flags);
  REQUIRE(static_cast<int64_t>(results.size()) == kSamples * s.outputs);
  for (int64_t k = 0; k < kSamples; ++k) {
    const std::vector<int64_t> x(inputs.begin() + k * s.inputs, inputs.begin() + (k + 1) * s.inputs);
    for (int64_t o = 0; o < s.outputs; ++o)
      REQUIRE(results[static_cast<std::size_t>(k * s.outputs + o)] == expected(m, x, o));
  }
}

const shape kSigned{6, 5, fixed(8, 3), {-128, 127}, fixed(6, 1), 30, 4};
const shape kUnsigned{4, 6, fixed(7, 0, false), {0, 100}, fixed(8, 8), 0, 12};  // the bias has the finer grid
const shape kNoBias{3, 3, fixed(5, 9), {-16, 15}, fixed(4, -2), 60, -1};        // points outside of the numbers

}  // namespace

TEST_CASE("The firmware of shared shift-adds multiplies exactly", "[hls]") {
  check(kSigned, "", 1);
  check(kUnsigned, "", 2);
  check(kNoBias, "", 3);
  shape zero = kSigned;
  zero.zero_percent = 100;
  check(zero, "", 4);
}

TEST_CASE("Its widths hold what is computed", "[hls]") {
  check(kSigned, "-DNAC_ADDER_WIDTHS", 5);
  check(kUnsigned, "-DNAC_ADDER_WIDTHS", 6);
  check(kNoBias, "-DNAC_ADDER_WIDTHS", 7);
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
