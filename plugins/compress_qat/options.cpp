// SPDX-License-Identifier: Apache-2.0
#include "compress_qat/options.hpp"

#include <algorithm>
#include <charconv>

#include "compress_common/state_text.hpp"

namespace nac::compressing {
namespace {

constexpr int kFewest = 2, kMost = 16, kFewBits = 4;

bool is_width(int64_t bits) { return bits >= kFewest && bits <= kMost; }

int width_of(const config &c, const char *name, int otherwise) {
  const int64_t bits = c.integer(name);
  if (bits == 0) return otherwise;
  if (!is_width(bits) && bits != qat_options::kFloat)
    invalid("parameter '" + std::string(name) + "' is " + std::to_string(bits) +
            "; accepted are 2 to 16, and 32 for float");
  return static_cast<int>(bits);
}

std::string trimmed(const std::string &text) {
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

}  // namespace

std::map<std::string, int> parse_overrides(const std::string &text) {
  std::map<std::string, int> widths;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(',', at), text.size());
    const std::string entry = trimmed(text.substr(at, comma - at));
    at = comma + 1;
    const std::size_t colon = entry.rfind(':');
    const std::string name = colon == std::string::npos ? "" : trimmed(entry.substr(0, colon));
    const std::string bits = colon == std::string::npos ? "" : trimmed(entry.substr(colon + 1));
    int width = 0;
    const auto [end, code] = std::from_chars(bits.data(), bits.data() + bits.size(), width);
    if (name.empty() || code != std::errc() || end != bits.data() + bits.size() || !is_width(width))
      invalid("parameter 'overrides' has the entry '" + entry +
              "'; accepted is a list like \"rho3:8,phi0:6\" of layers and 2 to 16 bits");
    if (!widths.emplace(name, width).second) invalid("parameter 'overrides' names '" + name + "' twice");
  }
  return widths;
}

bool qat_options::distills() const {
  if (distill != distillation::automatic) return distill == distillation::on;
  return quantizes() && std::min(weight_bits, activation_bits) <= kFewBits;
}

uint64_t qat_options::fingerprint() const {
  uint64_t h = 0;
  for (const int bits : {weight_bits, activation_bits, input_bits}) h = mixed_hash(h, static_cast<uint64_t>(bits));
  for (const auto &[name, bits] : overrides) h = mixed_hash(mixed_hash(h, name), static_cast<uint64_t>(bits));
  for (const uint64_t v :
       {static_cast<uint64_t>(round), static_cast<uint64_t>(over), static_cast<uint64_t>(per_channel),
        static_cast<uint64_t>(learned), samples, static_cast<uint64_t>(epochs), static_cast<uint64_t>(distill),
        static_cast<uint64_t>(mixed), static_cast<uint64_t>(mixed_changes), static_cast<uint64_t>(mixed_epochs)})
    h = mixed_hash(h, v);
  return mixed_hash(mixed_hash(h, percentile), loss_budget);
}

qat_options qat_options_from(const config &c) {
  qat_options o;
  const int bits = width_of(c, "bits", 8);
  o.weight_bits = width_of(c, "weight_bits", bits);
  o.activation_bits = width_of(c, "activation_bits", bits);
  if ((o.weight_bits == qat_options::kFloat) != (o.activation_bits == qat_options::kFloat))
    invalid("weights of " + std::to_string(o.weight_bits) + " bits and activations of " +
            std::to_string(o.activation_bits) + ": 32 bits mean float, and a network is quantized as a whole or not");
  o.input_bits = width_of(c, "input_bits", std::max(8, o.activation_bits));
  if (o.quantizes() && o.input_bits == qat_options::kFloat)
    invalid("parameter 'input_bits' is 32; a quantized network has an input of 2 to 16 bits");
  o.overrides = parse_overrides(c.text("overrides"));
  const std::string round = c.text("rounding");
  o.round = round == "rnd" ? rounding::half_up : round == "trn" ? rounding::down : rounding::half_even;
  o.over = c.text("overflow") == "wrap" ? overflow::wrap : overflow::saturate;
  o.per_channel = c.boolean("per_channel");
  o.learned = c.boolean("learned_scales");
  o.percentile = c.number("percentile");
  o.samples = static_cast<uint64_t>(c.integer("samples"));
  o.epochs = static_cast<uint32_t>(c.integer("epochs"));
  const std::string distill = c.text("distill");
  o.distill = distill == "on" ? distillation::on : distill == "off" ? distillation::off : distillation::automatic;
  o.mixed = c.boolean("mixed");
  if (o.mixed && !o.quantizes()) invalid("parameter 'mixed' needs quantizers to narrow; with 32 bits there are none");
  o.loss_budget = c.number("loss_budget");
  o.mixed_changes = static_cast<uint32_t>(c.integer("mixed_changes"));
  o.mixed_epochs = static_cast<uint32_t>(c.integer("mixed_epochs"));
  return o;
}

}  // namespace nac::compressing
