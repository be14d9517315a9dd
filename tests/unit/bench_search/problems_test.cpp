// SPDX-License-Identifier: Apache-2.0
#include "problems.hpp"

#include <unistd.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host_space.hpp"
#include "nac/cpp/rng.hpp"

using namespace nac::bench;
using nlohmann::json;

namespace {

/// Any point of the space, each active dimension uniform in its range (logarithmic ones in the logarithm).
nac::fw::Point random_point(const nac::fw::Space &space, nac::rng &rng) {
  nac::fw::Point point(space);
  for (uint32_t i = 0; i < space.dimensions().size(); ++i) {
    const auto &d = space.dimensions()[i];
    if (!point.active(i)) continue;
    if (d.kind != NAC_DIMENSION_NUMBER)
      point.set(i, d.low + static_cast<double>(rng.below(static_cast<uint64_t>(d.high - d.low) + 1)));
    else if (d.logarithmic)
      point.set(i, std::clamp(std::exp(rng.uniform(std::log(d.low), std::log(d.high))), d.low, d.high));
    else
      point.set(i, rng.uniform(d.low, d.high));
  }
  point.finish();
  return point;
}

std::vector<double> at(const char *problem, std::vector<double> genome) { return by_name(problem).evaluate(genome); }

}  // namespace

TEST_CASE("Objectives at points worked out with the reference definitions") {
  const double nan = std::nan("");
  const auto check = [](const char *problem, const std::vector<double> &genome, const std::vector<double> &expected) {
    INFO(problem);
    const std::vector<double> found = by_name(problem).evaluate(genome);
    REQUIRE(found.size() == expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) CHECK(found[i] == Approx(expected[i]).epsilon(1e-12));
  };
  /// Coordinate i of n is (i + 1) / (n + 1), stretched to the range.
  const auto steps = [](std::size_t n, double low = 0, double high = 1) {
    std::vector<double> x;
    for (std::size_t i = 0; i < n; ++i)
      x.push_back(low + (high - low) * static_cast<double>(i + 1) / static_cast<double>(n + 1));
    return x;
  };
  check("zdt1", steps(30), {0.03225806451612903, 5.218427207892808});
  check("zdt2", steps(30), {0.03225806451612903, 5.644976958525346});
  check("zdt3", steps(30), {0.03225806451612903, 5.1910515866833});
  std::vector<double> zdt4 = steps(10, -5, 5);
  zdt4[0] = 1.0 / 11;
  check("zdt4", zdt4, {0.09090909090909091, 152.8273153232065});
  check("zdt6", steps(10), {0.3462437129709236, 8.720772917091546});
  check("dtlz2_3", steps(12), {1.4914204675706424, 0.36760212972896467, 0.18651089873826615});
  check("branin", {2.5, 7.5}, {24.129964413622268});
  check("hartmann6", steps(6), {-0.18787404891617548});
  check("rosen5", steps(5, -5, 10), {35344.0});
  check("nascat", std::vector<double>(12, 0), {867.0, 11.632995197142957});
  check("nascat", {0, 1, 2, 3, 4, 0, 1, 2, 3, 4, 0, 1}, {1083.0, 10.754887502163468});

  // Convolutions, attention and an empty block.
  const std::vector<double> dormant(10, nan);
  std::vector<double> mixed = {1, 0,   4,   1,   1,   0,   2,   1,   0,   1, nan, nan,
                               1, nan, nan, nan, nan, nan, nan, nan, nan, 3, 2,   2};
  mixed.insert(mixed.end(), dormant.begin(), dormant.end());
  for (const double v : {3, 1, 0, 2, 0, 2, 1, 1, 1, 0, 0}) mixed.push_back(v);
  check("braggtoy", mixed, {0.1984421971733194, 24.730587162863053});
  // Six 3x3 convolutions, of which the last two find too small an image.
  std::vector<double> deep = {0};
  for (int b = 0; b < 3; ++b)
    for (const double v : {0.0, b + 0.0, 1.0, 0.0, 2.0 - b, (b + 2) % 6 + 0.0, 1.0, 1.0, 2.0 - b, nan, nan})
      deep.push_back(v);
  for (const double v : {0, 0, 1, 1, 0, 1, 2, 0, 1, 0, 1}) deep.push_back(v);
  check("braggtoy", deep, {0.1931139580337683, 20.720087281623282});

  check("mixcond", {1e-3, 0, 1, 1e-4, 0.5, nan, 1, 30, 0.5, nan, nan}, {0.2517161742298704});
  check("mixcond", {1e-2, 4, 0, 1e-7, nan, 0.8, 3, nan, nan, nan, 0.9}, {0.13658270169417838});
  check("mixcond", {2e-5, 2, 2, 1e-9, nan, nan, 0, nan, nan, nan, nan}, {0.3143193988955049});
  check("mixcond", {2e-4, 3, 2, 1e-5, nan, nan, 2, nan, nan, 200, nan}, {0.15853166778044578});
}

TEST_CASE("Every objective equals the reference definitions at random points") {
  const std::filesystem::path reference = NAC_SOURCE_DIR "/../shared/bench/search/problems.py";
  if (!std::filesystem::exists(reference)) {
    WARN("not compared: the reference definitions are not at " << reference.string());
    return;
  }
  if (std::system("python3 -c pass >/dev/null 2>&1") != 0) {
    WARN("not compared: there is no python3");
    return;
  }
  const std::filesystem::path folder = std::filesystem::temp_directory_path();
  const std::string stem = folder / ("nac-problems-" + std::to_string(getpid()));
  constexpr int kPoints = 200;
  std::vector<std::vector<double>> expected;
  {
    std::ofstream queries(stem + ".in");
    nac::rng rng(3);
    for (const problem &p : all_problems()) {
      const nac::fw::Space space = host_space(p.space);
      for (int i = 0; i < kPoints; ++i) {
        const nac::fw::Point point = random_point(space, rng);
        expected.push_back(p.evaluate(genome_of(point)));
        json values = json::object();
        for (uint32_t k = 0; k < p.space.size(); ++k)
          if (point.has(k)) values[p.space[k].name] = point.get(k);
        queries << json{{"problem", p.name}, {"point", values}}.dump() << '\n';
      }
    }
  }
  const std::string command = std::string("python3 -B '") + NAC_SOURCE_DIR + "/tests/unit/bench_search/oracle.py' '" +
                              reference.string() + "' < '" + stem + ".in' > '" + stem + ".out'";
  REQUIRE(std::system(command.c_str()) == 0);
  std::ifstream answers(stem + ".out");
  std::size_t compared = 0;
  for (std::string line; std::getline(answers, line); ++compared) {
    REQUIRE(compared < expected.size());
    const auto values = json::parse(line).get<std::vector<double>>();
    INFO(all_problems()[compared / kPoints].name);
    REQUIRE(values.size() == expected[compared].size());
    for (std::size_t k = 0; k < values.size(); ++k)
      REQUIRE(expected[compared][k] == Approx(values[k]).epsilon(1e-9).margin(1e-9));
  }
  CHECK(compared == expected.size());
  for (const char *end : {".in", ".out"}) std::filesystem::remove(stem + end);
}

TEST_CASE("Known optima") {
  CHECK(at("branin", {std::acos(-1.0), 2.275})[0] == Approx(by_name("branin").best_known));
  CHECK(at("hartmann6", {0.20169, 0.150011, 0.476874, 0.275332, 0.311652, 0.6573})[0] ==
        Approx(by_name("hartmann6").best_known));
  CHECK(at("rosen5", {1, 1, 1, 1, 1})[0] == 0);
  const double nan = std::nan("");
  CHECK(at("mixcond", {std::pow(10, -2.6), 2, 0, 1e-6, nan, 0.9, 2, nan, nan, 150, nan})[0] < 0.1045);
  CHECK(at("mixcond", {std::pow(10, -2.6), 2, 0, 1e-6, nan, 0.9, 2, nan, nan, 150, nan})[0] >
        by_name("mixcond").best_known);
}
