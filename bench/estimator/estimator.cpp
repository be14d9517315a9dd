// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <set>

#include "fit.hpp"
using namespace nac::bench;
int main(int argc, char **argv) {
  std::ifstream in(argv[1]);
  auto ds = read_designs(in);
  bool show = argc > 2;
  std::set<std::string> held = {"seanlipps/ECE226_CoDesign", "Brainz22/L1JetTagger", "filipemlins/nas-hls4ml",
                                "Berk-Bilgin/ML-fpga", "fastmachinelearning/hls4ml-live-demo"};
  std::vector<const published_design *> train;
  for (auto &d : ds)
    if (!held.count(d.repo)) train.push_back(&d);
  auto f = fit(train);
  printf("lut:");
  for (double v : f.lut) printf(" %.3g", v);
  printf("\nff:");
  for (double v : f.ff) printf(" %.3g", v);
  puts("");
  std::set<std::string> repos;
  for (auto &d : ds) repos.insert(d.repo);
  std::map<std::string, fitted> loro;
  for (auto &r : repos) {
    std::vector<const published_design *> t;
    for (auto *d : train)
      if (d->repo != r) t.push_back(d);
    loro[r] = fit(t);
  }
  std::map<std::string, std::array<double, 12>> acc;
  for (auto &d : ds) {
    if (d.logic) continue;
    auto c = price(d);
    const auto &g = loro[d.repo];
    auto &h = getenv("INS") ? f : g;
    double l = dot(c.terms.lut.data(), h.lut) + d.wrapped * f.lut_wrapper,
           q = dot(c.terms.ff.data(), h.ff) + d.wrapped * f.ff_wrapper;
    auto sm = [](double a, double b) { return a + b == 0 ? 0 : 200 * std::abs(a - b) / (a + b); };
    auto &a = acc[d.repo + (d.whole ? " total" : " layer")];
    a[0] += 1;
    a[1] += sm(l, d.figures["lut"]);
    a[2] += sm(q, d.figures["ff"]);
    a[3] += sm(c.dsp, d.figures["dsp"]);
    a[4] += sm(c.bram_18k, d.figures["bram"]);
    a[10] += std::log((l + 1) / (d.figures["lut"] + 1));
    a[11] += std::log((q + 1) / (d.figures["ff"] + 1));
    double lat = d.whole ? c.latency : 0;
    if (!d.whole) {
      lat = 0;
      for (auto &x : d.layers) {
        auto k = cost_of(x, d.target);
        lat = x.positions > 1 || x.reuse > 1 && !x.pixel_pipeline ? std::max(k.cycles(x), k.depth) : k.depth;
      }
    }
    if (d.figures["latency"] >= 0) {
      a[5] += 1;
      a[6] += sm(lat, d.figures["latency"]);
      a[8] += 1;
      a[9] += sm(c.interval, d.figures["interval"]);
    }
    if (show && d.repo.find(argv[2]) != std::string::npos)
      printf(
          "%s %s k%d in%ld out%ld rf%ld h%d lut %.0f/%.0f ff %.0f/%.0f dsp %.0f/%.0f bram %.0f/%.0f lat %.0f/%.0f ii "
          "%.0f/%.0f\n",
          d.id.c_str(), d.whole ? "T" : "L", (int)d.layers[0].kind, d.layers[0].matrix.inputs,
          d.layers[0].matrix.outputs, d.layers[0].reuse, (int)d.layers[0].how, l, d.figures["lut"], q, d.figures["ff"],
          c.dsp, d.figures["dsp"], c.bram_18k, d.figures["bram"], lat, d.figures["latency"], c.interval,
          d.figures["interval"]);
  }
  for (auto &[r, a] : acc)
    printf("%-50s n=%4.0f sMAPE lut %.1f (%.2f) ff %.1f (%.2f) dsp %.1f bram %.1f lat %.1f ii %.1f\n", r.c_str(), a[0],
           a[1] / a[0], a[10] / a[0], a[2] / a[0], a[11] / a[0], a[3] / a[0], a[4] / a[0], a[6] / std::max(1., a[5]),
           a[9] / std::max(1., a[8]));
}
