// SPDX-License-Identifier: Apache-2.0
#include "synthetic.hpp"

#include <algorithm>
#include <cmath>

#include "nac/cpp/rng.hpp"

namespace jets {
namespace {

constexpr double kPi = 3.14159265358979323846;
constexpr double kQuark = 4.0 / 3.0, kGluon = 3.0;  // colour factors
constexpr double kRadius = 0.8;                     // of the jet
constexpr double kStopKt = 1.0;                     // GeV, end of the emissions
constexpr double kTopMass = 172.8, kWMass = 80.4, kZMass = 91.2, kWidth = 2.2;

class JetMaker {
 public:
  JetMaker(uint64_t seed, uint64_t index, std::vector<Particle> &out)
      : random_(nac::stream_key(seed, 0x6A657473u, index)), out_(out) {}

  void make(int label) {
    out_.clear();
    const Particle jet{random_.normal(1000.0, 60.0), 0, 0};
    switch (label) {
      case 0: radiate(jet, kGluon, kRadius, 0); break;
      case 1: radiate(jet, kQuark, kRadius, 0); break;
      case 2: boson(jet, random_.normal(kWMass, kWidth)); break;
      case 3: boson(jet, random_.normal(kZMass, kWidth)); break;
      default: top(jet);
    }
    add_background();
    detect();
  }

 private:
  struct Pair {
    Particle first, second;
    double angle;
  };

  /// Isotropic decay of mass m into masses m1 and 0, boosted: exact in the collinear limit.
  Pair decay(const Particle &parent, double m, double m1) {
    const double momentum = (m * m - m1 * m1) / (2 * m);
    const double energy = (m * m + m1 * m1) / (2 * m);
    const double cosine = random_.uniform(-1, 1);
    const double z = (energy + momentum * cosine) / m;
    const double kt = momentum * std::sqrt(1 - cosine * cosine);
    const double a1 = kt / (z * parent.pt), a2 = kt / ((1 - z) * parent.pt + 1e-9);
    const double turn = random_.uniform(0, 2 * kPi);
    const double c = std::cos(turn), s = std::sin(turn);
    return {{z * parent.pt, parent.eta + a1 * c, parent.phi + a1 * s},
            {(1 - z) * parent.pt, parent.eta - a2 * c, parent.phi - a2 * s},
            a1 + a2};
  }

  void boson(const Particle &parent, double mass) {
    const Pair p = decay(parent, mass, 0);
    radiate(p.first, kQuark, std::min(p.angle, kRadius), 0);
    radiate(p.second, kQuark, std::min(p.angle, kRadius), 0);
  }

  void top(const Particle &parent) {
    const double w_mass = random_.normal(kWMass, kWidth);
    const Pair p = decay(parent, random_.normal(kTopMass, kWidth), w_mass);
    boson(p.first, w_mass);
    radiate(p.second, kQuark, std::min(p.angle, kRadius), 0);
  }

  /// About normal, mean 0, variance 1, within +-3.5: four 16-bit uniforms of one draw. Most of a jet's random numbers
  /// are smearing, which needs no exact tails, and this makes the set several times sooner than exact normals.
  double bell() {
    const uint64_t bits = random_.bits();
    const uint64_t sum = (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
    return (static_cast<double>(sum) / 65535.0 - 2.0) * 1.7320508075688772;
  }

  uint64_t poisson(double mean) {
    uint64_t count = 0;
    for (double product = random_.uniform(), limit = std::exp(-mean); product > limit; product *= random_.uniform())
      ++count;
    return count;
  }

  /// Emissions from one parton: density 2 alpha_s C / pi in (log 1/angle, log 1/z) above kStopKt, each a gluon that
  /// radiates at smaller angles itself; what is left fragments.
  void radiate(Particle parton, double colour, double max_angle, int generation) {
    const double reach = parton.pt * max_angle;
    if (reach > 2 * kStopKt && generation < 4) {
      const double range = std::log(reach / (2 * kStopKt));
      const double alpha_max = coupling(kStopKt);
      const uint64_t tries = poisson(2 * alpha_max * colour / kPi * range * range);
      for (uint64_t i = 0; i < tries; ++i) {
        const double angle = max_angle * std::exp(-range * random_.uniform());
        const double z = 0.5 * std::exp(-range * random_.uniform());
        const double keep = random_.uniform(), turn = random_.uniform(0, 2 * kPi);
        const double kt = z * angle * parton.pt;
        if (kt < kStopKt || keep * alpha_max > coupling(kt)) continue;
        const double c = std::cos(turn), s = std::sin(turn);
        radiate({z * parton.pt, parton.eta + (1 - z) * angle * c, parton.phi + (1 - z) * angle * s}, kGluon, angle,
                generation + 1);
        parton = {(1 - z) * parton.pt, parton.eta - z * angle * c, parton.phi - z * angle * s};
      }
    }
    fragment(parton, colour);
  }

  static double coupling(double kt) { return 1.1 / std::log(kt * kt / 0.04); }

  /// Hadrons share the parton's momentum: each takes 1-(1-u)^(1/b) of what is left; gluons fragment softer.
  void fragment(const Particle &parton, double colour) {
    const double b = colour == kGluon ? 3.2 : 2.0;
    double left = parton.pt;
    while (left > 0.8) {
      const double z = 1 - std::pow(1 - random_.uniform(), 1 / b);
      const double pt = left * z;
      left -= pt;
      if (pt < 0.5) continue;
      const double angle = std::min(0.1, 0.25 / pt);
      out_.push_back({pt, parton.eta + angle * bell(), parton.phi + angle * bell()});
    }
  }

  void add_background() {
    const uint64_t count = poisson(4);
    for (uint64_t i = 0; i < count; ++i) {
      const double r = kRadius * std::sqrt(random_.uniform()), turn = random_.uniform(0, 2 * kPi);
      out_.push_back({0.4 - 0.6 * std::log(1 - random_.uniform()), r * std::cos(turn), r * std::sin(turn)});
    }
  }

  /// Calorimeter-like resolution, then the jet axis: the pT-weighted mean of what lies within the radius.
  void detect() {
    double sum = 0, eta = 0, phi = 0;
    for (Particle &p : out_) {
      const bool charged = random_.chance(0.6);
      const double spread = charged ? 0.01 + 2e-4 * p.pt : 0.05 + 0.5 / std::sqrt(p.pt);
      const double direction = charged ? 0.001 : 0.006;
      p.pt *= std::max(0.1, 1 + std::min(spread, 0.5) * bell());
      p.eta += direction * bell();
      p.phi += direction * bell();
      if (p.eta * p.eta + p.phi * p.phi > kRadius * kRadius) p.pt = 0;
      sum += p.pt, eta += p.pt * p.eta, phi += p.pt * p.phi;
    }
    for (Particle &p : out_) p.eta -= eta / sum, p.phi -= phi / sum;
  }

  nac::rng random_;
  std::vector<Particle> &out_;
};

}  // namespace

void synthetic_jet(uint64_t seed, uint64_t index, std::vector<Particle> &particles) {
  JetMaker(seed, index, particles).make(static_cast<int>(index % 5));
}

JetTable make_synthetic(const SyntheticOptions &options) {
  JetTable table;
  table.constituents = options.constituents;
  const auto count = static_cast<uint64_t>(options.samples);
  const uint64_t width = table.row_width();
  table.rows.resize(count * width);
  table.label.resize(count), table.group.resize(count), table.part.resize(count);
  std::vector<Particle> particles;
  for (uint64_t i = 0; i < count; ++i) {
    synthetic_jet(options.seed, i, particles);
    std::vector<float> values;
    values.reserve(particles.size() * 3);
    for (const Particle &p : particles)
      for (const double v : {p.pt, p.eta, p.phi}) values.push_back(static_cast<float>(v));
    make_row(values.data(), values.data() + 1, values.data() + 2, 3, particles.size(), options.min_pt,
             options.constituents, table.rows.data() + i * width, "synthetic jet " + std::to_string(i));
    table.label[i] = static_cast<uint8_t>(i % 5);
    table.group[i] = i;
    // Of every fifty jets, ten of each class, forty train, five validate, five test.
    const uint64_t tenth = i / 5 % 10;
    table.part[i] = tenth < 8 ? kTrain : tenth == 8 ? kValidation : kTest;
  }
  table.notes.push_back("embedded synthetic generator, seed " + std::to_string(options.seed) + ", " +
                        std::to_string(count) + " jets (a toy, not a simulation)");
  return table;
}

}  // namespace jets
