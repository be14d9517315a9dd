// SPDX-License-Identifier: Apache-2.0
//
// bench_estimator: how far the estimator of the HLS backend is from published synthesis results, and how its
// coefficients come about.
//   bench_estimator [--fit] [--designs] designs.txt     (designs.txt: from extract.py)
// --fit prints coefficients.hpp; --designs one line per design.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>

#include "hls_backend/estimate/coefficients.hpp"
#include "judge.hpp"
#include "timing.hpp"

namespace nac::bench {
namespace {

/// Chosen before anything was fitted. The first four are the data's own test set, of which this
/// project's copy holds nothing.
const std::set<std::string> kHeldOut = {"Lrozzy/hls4ml_OpenML",
                                        "Lrozzy/hls4ml-tutorial",
                                        "Hector-Plata/hls4ml-tutorial",
                                        "nrp-nautilus/6nrp-hls4ml",
                                        "CMS-L1T-Jet-Tagging/CL2TaggerFirmware",
                                        "seanlipps/ECE226_CoDesign",
                                        "Berk-Bilgin/ML-fpga",
                                        "Brainz22/L1JetTagger",
                                        "filipemlins/nas-hls4ml",
                                        "fastmachinelearning/hls4ml-live-demo",
                                        "fastmachinelearning/nac-opt",
                                        "fastmachinelearning/hls4ml-tutorial",
                                        "paper-tables"};
const std::vector<std::string> kQuantities = {"lut", "ff", "dsp", "bram", "latency", "interval"};

using pointers = std::vector<const published_design *>;

pointers pick(const collection &all, bool held_out, const std::string &except) {
  pointers out;
  for (const published_design &d : all.designs) {
    if ((kHeldOut.count(d.repo) != 0) == held_out && d.repo != except && !d.logic) out.push_back(&d);
  }
  return out;
}

fitted in_use() {
  return {{hls::kLut.begin(), hls::kLut.end()}, {hls::kFf.begin(), hls::kFf.end()}, hls::kLutWrapper, hls::kFfWrapper};
}

enum class scope { whole, layers, both };

/// Layers count where they are matrices worth the name.
bool is_judged(const published_design &d, scope which) {
  constexpr double kLeastLut = 1000;
  if (d.whole) return which != scope::layers;
  return which != scope::whole && d.layers.at(0).kind == hls::work_kind::matrix && d.figures.at("lut") >= kLeastLut;
}

by_quantity judge(const pointers &designs, const fitted &c, scope which) {
  by_quantity out;
  for (const published_design *d : designs) {
    if (is_judged(*d, which)) compare(*d, c, &out);
  }
  return out;
}

void append(const by_quantity &from, by_quantity *to) {
  for (const auto &[name, pairs] : from) {
    auto &there = (*to)[name];
    there.insert(there.end(), pairs.begin(), pairs.end());
  }
}

/// Every repository of the fit, estimated with coefficients that were fitted without it.
by_quantity leave_one_out(const collection &all, scope which) {
  std::set<std::string> repos;
  for (const published_design *d : pick(all, false, "")) repos.insert(d->repo);
  by_quantity out;
  for (const std::string &repo : repos) {
    fitted c = fit(pick(all, false, repo));
    const fitted with = in_use();
    if (c.lut_wrapper == 0) c.lut_wrapper = with.lut_wrapper, c.ff_wrapper = with.ff_wrapper;
    pointers own;
    for (const published_design *d : pick(all, false, "")) {
      if (d->repo == repo) own.push_back(d);
    }
    append(judge(own, c, which), &out);
  }
  return out;
}

void print_table(const char *title, const by_quantity &results) {
  std::printf("\n%s\n  quantity      n      R2   sMAPE %%   real/estimate 5 %% .. 95 %%\n", title);
  for (const std::string &name : kQuantities) {
    const auto found = results.find(name);
    if (found == results.end()) continue;
    const factors f = nine_in_ten(found->second);
    std::printf("  %-9s %5zu %7.3f %9.1f   %6.2f .. %.2f\n", name.c_str(), found->second.size(),
                r_squared(found->second), smape(found->second), f.low, f.high);
  }
}

void print_repositories(const char *title, const by_quantity &results) {
  std::map<std::string, by_quantity> by_repo;
  for (const auto &[name, pairs] : results) {
    for (const pair_of &p : pairs) by_repo[p.repo][name].push_back(p);
  }
  std::printf("\n%s: sMAPE %% (n)\n", title);
  for (const auto &[repo, own] : by_repo) {
    std::printf("  %-36s", repo.c_str());
    for (const std::string &name : kQuantities) {
      const auto found = own.find(name);
      if (found != own.end()) std::printf("  %s %.1f (%zu)", name.c_str(), smape(found->second), found->second.size());
    }
    std::printf("\n");
  }
}

double median(std::vector<double> v) {
  if (v.empty()) return std::nan("");
  std::sort(v.begin(), v.end());
  return v[v.size() / 2];
}

void print_array(const char *name, const char *size, const std::vector<double> &values) {
  std::printf("constexpr std::array<double, %s> %s = {", size, name);
  for (std::size_t i = 0; i < values.size(); ++i) std::printf("%s%.4g", i == 0 ? "" : ", ", values[i]);
  std::printf("};\n");
}

hls::band of(const factors &f) { return {f.low, f.high}; }

void print_header(const collection &all) {
  const fitted c = fit(pick(all, false, ""));
  std::vector<double> lut, ff;
  for (const stage_ratio &s : all.stages) {
    if (kHeldOut.count(s.repo) != 0) continue;
    lut.push_back(s.lut);
    ff.push_back(s.ff);
  }
  by_quantity left = leave_one_out(all, scope::both);
  std::printf(
      "// SPDX-License-Identifier: Apache-2.0\n//\n"
      "// coefficients.hpp: what one unit of each term costs, fitted to published synthesis results. Printed by\n"
      "// `bench_estimator --fit`; to change it, run that again.\n#pragma once\n#include <array>\n\n"
      "#include \"hls_backend/estimate/layer_cost.hpp\"\n\nnamespace nac::hls {\n\n// In the order of lut_term.\n");
  print_array("kLut", "kLutTerms", c.lut);
  std::printf("// In the order of ff_term.\n");
  print_array("kFf", "kFfTerms", c.ff);
  std::printf(
      "// What stands around each layer in the collection of single layers; of the bench only.\n"
      "constexpr double kLutWrapper = %.0f, kFfWrapper = %.0f;\n\n"
      "/// Factors on a value between which nine in ten results of a repository lie that the fit leaves out.\n"
      "struct band {\n  double low, high;\n};\n",
      c.lut_wrapper, c.ff_wrapper);
  const std::vector<std::pair<const char *, const char *>> names = {
      {"kLutBand", "lut"},   {"kFfBand", "ff"},           {"kDspBand", "dsp"},
      {"kBramBand", "bram"}, {"kLatencyBand", "latency"}, {"kIntervalBand", "interval"}};
  for (const auto &[name, quantity] : names) {
    const hls::band b = of(nine_in_ten(left[quantity]));
    std::printf("constexpr band %s = {%.3f, %.3f};\n", name, b.low, b.high);
  }
  std::printf(
      "\n/// Logic synthesis over C-synthesis: medians of %zu designs that report both.\n"
      "struct stage_ratios {\n  double lut, ff;\n};\nconstexpr stage_ratios kLogic = {%.3f, %.3f};\n\n}  // namespace "
      "nac::hls\n",
      lut.size(), median(lut), median(ff));
}

void print_designs(const collection &all) {
  for (const published_design &d : all.designs) {
    by_quantity one;
    compare(d, in_use(), &one);
    std::printf("%-8s %-36s %s%s", d.id.c_str(), d.repo.c_str(), d.whole ? "whole" : "layer", d.logic ? " logic" : "");
    for (const std::string &name : kQuantities) {
      for (const pair_of &p : one[name]) std::printf("  %s %.0f (%.0f)", name.c_str(), p.estimated, p.real);
    }
    std::printf("\n");
  }
}

void print_held_out(const collection &all, const by_quantity &results) {
  print_table("Held out, whole designs", results);
  print_repositories("Held out", results);
  const std::map<std::string, hls::band> bands = {{"lut", hls::kLutBand},         {"ff", hls::kFfBand},
                                                  {"dsp", hls::kDspBand},         {"bram", hls::kBramBand},
                                                  {"latency", hls::kLatencyBand}, {"interval", hls::kIntervalBand}};
  std::printf("\nShare inside the printed intervals (meant: 0.90): held out | each repository left out\n");
  by_quantity left = leave_one_out(all, scope::both);
  for (const std::string &name : kQuantities) {
    const factors f = {bands.at(name).low, bands.at(name).high};
    const auto found = results.find(name);
    const double held = found == results.end() ? std::nan("") : coverage(found->second, f);
    std::printf("  %-9s x %.2f .. %.2f: %.2f | %.2f\n", name.c_str(), f.low, f.high, held, coverage(left[name], f));
  }
}

int run(int argc, char **argv) {
  std::set<std::string> flags;
  std::string path;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (word == "--fit" || word == "--designs") {
      flags.insert(word);
    } else {
      path = word;
    }
  }
  std::ifstream in(path);
  if (!in) throw std::runtime_error("'" + path + "' cannot be read; name the file that extract.py wrote");
  const collection all = read_designs(in);
  if (flags.count("--fit") != 0) {
    print_header(all);
    return 0;
  }
  if (flags.count("--designs") != 0) print_designs(all);
  std::printf("sMAPE: mean of 200 |a - b| / (a + b); R2: 1 - squared error / variance, of the figures themselves.\n");
  const by_quantity own = judge(pick(all, false, ""), in_use(), scope::whole), left = leave_one_out(all, scope::whole);
  print_table("Fit set, whole designs", own);
  print_repositories("Fit set", own);
  print_table("Fit set, each repository estimated without itself, whole designs", left);
  print_repositories("Each repository without itself", left);
  print_repositories("Single matrices of at least 1,000 LUT, each repository without itself",
                     leave_one_out(all, scope::layers));
  print_held_out(all, judge(pick(all, true, ""), in_use(), scope::whole));
  print_timing();
  return 0;
}

}  // namespace
}  // namespace nac::bench

int main(int argc, char **argv) try { return nac::bench::run(argc, argv); } catch (const std::exception &error) {
  std::cerr << "bench_estimator: " << error.what() << '\n';
  return 1;
}
