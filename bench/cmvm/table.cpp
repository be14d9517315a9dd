// SPDX-License-Identifier: Apache-2.0
//
// table.cpp: adder bits, depth and time of constant matrices, beside what da4ml needed for matrices of the same kind.
//   table [seeds]
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <random>

#include "cmvm/solve.hpp"

using namespace nac::cmvm;

namespace {

/// da4ml (revision fa85662, its full search) on normal weights of 8 bits, pruned by magnitude, inputs of 8 bits: adder
/// bits at 0, 50 and 80 % zeros, and of plain signed-digit trees at 0 %. Its matrices were drawn from another generator
/// than ours, so that single rows differ by chance; what share of plain trees is left can be compared.
struct reference {
  int inputs, outputs;
  int plain;
  int da4ml[3];
};
constexpr reference kReferences[] = {{3, 8, 479, {316, 190, 51}},
                                     {8, 8, 1337, {939, 619, 254}},
                                     {8, 32, 5548, {3437, 2179, 934}},
                                     {32, 5, 3467, {2389, 1505, 751}},
                                     {3, 64, 3656, {2062, 1146, 517}},
                                     {64, 16, 21437, {13140, 8712, 4264}},
                                     {16, 128, 43953, {24302, 16218, 6965}},
                                     {128, 16, 43350, {24965, 16795, 8160}},
                                     {64, 64, 87508, {48832, 33031, 16075}}};
constexpr int kZeroPercent[] = {0, 50, 80};

problem normal_problem(int inputs, int outputs, int zero_percent, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<double> normal;
  std::vector<double> weights(static_cast<std::size_t>(inputs) * static_cast<std::size_t>(outputs));
  std::vector<double> sizes;
  for (auto &w : weights) sizes.push_back(std::fabs(w = normal(random)));
  std::sort(sizes.begin(), sizes.end());
  const double cut = zero_percent == 0 ? 0 : sizes[sizes.size() * static_cast<std::size_t>(zero_percent) / 100];
  problem p;
  p.inputs = inputs;
  p.outputs = outputs;
  for (const double w : weights) p.matrix.push_back(std::fabs(w) < cut ? 0 : std::llround(w / sizes.back() * 127));
  p.range.assign(static_cast<std::size_t>(inputs), {-128, 127});
  return p;
}

struct sums {
  double bits = 0, depth = 0, seconds = 0;
};

void add(sums &s, const problem &p, const settings &how) {
  const auto start = std::chrono::steady_clock::now();
  const adder_graph g = solve(p, how);
  s.seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  verify(g, p);
  s.bits += static_cast<double>(g.adder_bits());
  s.depth += g.depth();
}

void print(int seeds) {
  settings once, least;
  once.effort = 1;
  least.extra_depth = 0;
  std::printf("Means over %d seeds. Bits are full adders; 'plain' are signed-digit trees without sharing.\n\n", seeds);
  std::printf(
      "| matrix | zeros | plain | depth | ours | depth | s | one try | s | least depth | da4ml | da4ml/plain | "
      "ours/plain |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
  for (const auto &r : kReferences)
    for (int k = 0; k < 3; ++k) {
      sums plain, best, single, flat;
      for (int seed = 1; seed <= seeds; ++seed) {
        const problem p = normal_problem(r.inputs, r.outputs, kZeroPercent[k], static_cast<unsigned>(seed));
        const adder_graph trees = separate_trees(p);
        plain.bits += static_cast<double>(trees.adder_bits());
        plain.depth += trees.depth();
        add(best, p, {});
        add(single, p, once);
        add(flat, p, least);
      }
      std::printf("| %dx%d | %d%% | %.0f | %.1f | %.0f | %.1f | %.3f | %.0f | %.3f | %.0f | %d |", r.inputs, r.outputs,
                  kZeroPercent[k], plain.bits / seeds, plain.depth / seeds, best.bits / seeds, best.depth / seeds,
                  best.seconds / seeds, single.bits / seeds, single.seconds / seeds, flat.bits / seeds, r.da4ml[k]);
      if (k == 0)
        std::printf(" %.3f |", static_cast<double>(r.da4ml[k]) / r.plain);
      else
        std::printf(" |");
      std::printf(" %.3f |\n", best.bits / plain.bits);
      std::fflush(stdout);
    }
}

}  // namespace

int main(int argc, char **argv) {
  try {
    print(argc > 1 ? std::max(1, std::atoi(argv[1])) : 3);
    return 0;
  } catch (const std::exception &e) {
    std::fprintf(stderr, "%s\n", e.what());
    return 1;
  }
}
