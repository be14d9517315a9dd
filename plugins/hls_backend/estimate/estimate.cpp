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

struct latencies {
  double least = 0, usual = 0, most = 0;
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
      const bool calls = f.kind == work_kind::matrix || f.kind == work_kind::softmax || f.kind == work_kind::product;
      const bool in_turn = f.kind == work_kind::matrix && f.how == strategy::resource && f.reuse > 1;
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

  latencies report(double interval) const {
    double last = 0;
    for (const int t : m_.outputs) last = std::max(last, at_[static_cast<std::size_t>(t)].last);
    const bool streams = m_.how.io == io_type::stream;
    const double usual = streams ? last : std::max(0.0, std::floor(last) - 1);
    // What a process or a call may take one clock less or more for.
    const double spare = streams ? processes_ : resource_layers_;
    return {streams ? std::max(interval, usual - spare) : usual, usual, usual + spare};
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

/// The bands were measured on ratios of figures plus one, so that none has a ratio to some.
figure with_band(const std::string &name, double value, const band &b) {
  return {name, value, std::max(0.0, (value + 1) * b.low - 1), std::max(value, (value + 1) * b.high - 1)};
}

figure scaled(const figure &f, const std::string &name, double factor) {
  return {name, f.value * factor, f.low * factor, f.high * factor};
}

figure percent(const figure &f, const std::string &name, int64_t there, bool known) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  return scaled(f, name, known ? (there > 0 ? 100 / static_cast<double>(there) : 0) : nan);
}

}  // namespace

const figure &estimates::at(const std::string &name) const {
  for (const figure &f : all) {
    if (f.name == name) return f;
  }
  throw std::out_of_range("no figure '" + name + "' is estimated");
}

estimates estimate(const model &m, stage which) {
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
  if (which == stage::logic_synthesis) {
    lut *= kLogic.lut;
    ff *= kLogic.ff;
  }
  const latencies clocks = clock.report(interval);
  const double period = m.how.clock_period_ns;
  const part &device = m.how.target;
  const bool known = device.known();
  const figure luts = with_band("lut", std::round(lut), kLutBand), ffs = with_band("ff", std::round(ff), kFfBand),
               dsps = with_band("dsp", std::round(dsp), kDspBand),
               brams = with_band("bram_18k", std::round(bram), kBramBand),
               latency = with_band("latency", clocks.usual, kLatencyBand),
               pace = with_band("interval", interval, kIntervalBand);
  estimates out;
  out.all = {luts,
             ffs,
             dsps,
             brams,
             {"uram", 0, 0, 0},
             with_band("latency_min", clocks.least, kLatencyBand),
             latency,
             with_band("latency_max", clocks.most, kLatencyBand),
             scaled(latency, "latency_ns", period),
             pace,
             scaled(pace, "interval_ns", period),
             percent(luts, "lut_percent", device.lut, known),
             percent(ffs, "ff_percent", device.ff, known),
             percent(dsps, "dsp_percent", device.dsp, known),
             percent(brams, "bram_percent", device.bram_18k, known)};
  return out;
}

}  // namespace nac::hls
