// SPDX-License-Identifier: Apache-2.0
#include "hls_backend/estimate/estimate.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "hls_backend/estimate/coefficients.hpp"
#include "hls_backend/estimate/model_facts.hpp"

namespace nac::hls {
namespace {

/// Clocks that a word takes from one process of a dataflow to the next: out of the stream and into it.
constexpr double kHop = 2;

struct arrival {
  double first = 0, last = 0;  ///< word of a sample, in clocks
};

struct priced_layer {
  layer_cost main, rest;  ///< of the operation and of its steps
  double busy = 0;        ///< clocks per sample
};

class timing {
 public:
  explicit timing(const model &m) : m_(m), at_(m.tensors.size()) {}

  void parallel(const planned_layer &p, const priced_layer &c) {
    const layer &l = *p.source;
    double start = 0;
    for (const int t : l.inputs) start = std::max(start, at(t).last);
    double clocks = 0;
    if (!p.parts.empty()) {
      const layer_facts &f = p.parts[0];
      const bool calls = f.kind == work::matrix || f.kind == work::softmax || f.kind == work::product;
      const bool in_turn = f.kind == work::matrix && f.how == strategy::resource && f.reuse > 1;
      clocks = c.main.depth + (calls ? 1 : c.main.combinational);
      // Steps share a clock with their surroundings; after multipliers in turn there is one that has room.
      if (!in_turn) clocks += c.rest.combinational;
      if (f.positions > 1) clocks += c.busy - c.main.interval;
      resource_layers_ += in_turn ? 1 : 0;
    }
    at(l.output).last = start + clocks;
  }

  void stream(const planned_layer &p, const priced_layer &c) {
    const layer &l = *p.source;
    if (l.inputs.empty()) {
      at(l.output) = {1, static_cast<double>(p.words)};
      return;
    }
    arrival in;
    for (const int t : l.inputs) in = {std::max(in.first, at(t).first), std::max(in.last, at(t).last)};
    const double words = static_cast<double>(std::max<int64_t>(1, p.words));
    const double pace = std::max(c.main.interval, words > 1 ? (in.last - in.first) / (words - 1) : 1.0);
    const double depth = c.main.depth + std::floor(c.main.combinational + c.rest.combinational) + kHop;
    const double ready = std::max(in.last + static_cast<double>(p.flush) * c.main.interval, in.first + c.busy - 1);
    arrival &out = at(l.output);
    out.last = ready + depth;
    out.first = p.collects ? out.last : std::min(out.last, in.first + static_cast<double>(p.lead) * pace + depth);
    ++processes_;
  }

  void report(double interval, std::vector<figure> *out) const {
    double last = 0;
    for (const int t : m_.outputs) last = std::max(last, at_[static_cast<std::size_t>(t)].last);
    const bool streams = m_.how.io == io_type::stream;
    const double latency = streams ? last : std::max(0.0, std::floor(last) - 1);
    const double spare = streams ? processes_ : resource_layers_;
    const double least = streams ? std::max(interval, latency - spare) : latency;
    out->push_back({"latency_min", least, 0, 0});
    out->push_back({"latency", latency, 0, 0});
    out->push_back({"latency_max", latency + spare, 0, 0});
    out->push_back({"latency_ns", latency * m_.how.clock_period_ns, 0, 0});
  }

 private:
  arrival &at(int t) { return at_[static_cast<std::size_t>(t)]; }
  const model &m_;
  std::vector<arrival> at_;
  double processes_ = 0, resource_layers_ = 0;
};

priced_layer price_layer(const planned_layer &p, const technology &t) {
  priced_layer c;
  for (std::size_t i = 0; i < p.parts.size(); ++i) {
    const layer_cost part = cost_of(p.parts[i], t);
    c.busy = std::max(c.busy, part.cycles(p.parts[i]));
    if (i == 0) {
      c.main = part;
    } else {
      c.rest = part;
    }
  }
  // A layer of nothing but steps has them as its operation.
  if (p.parts.empty() && p.words > 1) c.busy = static_cast<double>(p.words);
  return c;
}

void set_band(figure *f, const band &b) {
  f->low = f->value * b.low;
  f->high = f->value * b.high;
}

double percent(double used, int64_t there, bool known) {
  if (!known) return std::numeric_limits<double>::quiet_NaN();
  return there > 0 ? 100 * used / static_cast<double>(there) : 0;
}

}  // namespace

const figure &estimates::at(const std::string &name) const {
  for (const figure &f : all) {
    if (f.name == name) return f;
  }
  throw std::out_of_range("no figure '" + name + "' is estimated");
}

estimates estimate(const model &m, report which) {
  const technology t = technology_of(m.how.target.name, m.how.clock_period_ns, m.how.clock_uncertainty);
  timing clock(m);
  double lut = 0, ff = 0, dsp = 0, bram = 0, interval = 1;
  for (const planned_layer &p : plan_layers(m)) {
    const priced_layer c = price_layer(p, t);
    lut += c.main.lut + c.rest.lut;
    ff += c.main.ff + c.rest.ff;
    dsp += c.main.dsp + c.rest.dsp;
    bram += c.main.bram_18k + c.rest.bram_18k;
    interval = std::max(interval, c.busy);
    if (m.how.io == io_type::stream) {
      clock.stream(p, c);
    } else {
      clock.parallel(p, c);
    }
  }
  if (which == report::logic_synthesis) {
    lut *= kLogic.lut;
    ff *= kLogic.ff;
  }
  estimates out;
  out.all = {{"lut", std::round(lut), 0, 0},
             {"ff", std::round(ff), 0, 0},
             {"dsp", std::round(dsp), 0, 0},
             {"bram_18k", std::round(bram), 0, 0},
             {"uram", 0, 0, 0}};
  clock.report(interval, &out.all);
  out.all.push_back({"interval", interval, 0, 0});
  out.all.push_back({"interval_ns", interval * m.how.clock_period_ns, 0, 0});
  const part &device = m.how.target;
  const bool known = device.known();
  out.all.push_back({"lut_percent", percent(out.all[0].value, device.lut, known), 0, 0});
  out.all.push_back({"ff_percent", percent(out.all[1].value, device.ff, known), 0, 0});
  out.all.push_back({"dsp_percent", percent(out.all[2].value, device.dsp, known), 0, 0});
  out.all.push_back({"bram_percent", percent(out.all[3].value, device.bram_18k, known), 0, 0});
  for (figure &f : out.all) {
    const auto is = [&f](const char *start) { return f.name.rfind(start, 0) == 0; };
    const band bounds = is("lut")        ? kLutBand
                        : is("ff")       ? kFfBand
                        : is("dsp")      ? kDspBand
                        : is("bram")     ? kBramBand
                        : is("latency")  ? kLatencyBand
                        : is("interval") ? kIntervalBand
                                         : band{1, 1};
    set_band(&f, bounds);
  }
  return out;
}

}  // namespace nac::hls
