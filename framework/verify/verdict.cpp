// SPDX-License-Identifier: Apache-2.0
#include "verify/verdict.hpp"

#include <array>
#include <nlohmann/json.hpp>

namespace nac::fw::verify {

namespace {
constexpr std::array<const char *, 6> kNames = {"pass", "warn", "fail", "crash", "hang", "skip"};
}

const char *name_of(Verdict verdict) { return kNames.at(static_cast<std::size_t>(verdict)); }

bool is_bad(Verdict verdict) {
  return verdict == Verdict::fail || verdict == Verdict::crash || verdict == Verdict::hang;
}

std::string to_record(const Outcome &outcome) {
  nlohmann::json record = {{"verdict", static_cast<int>(outcome.verdict)}, {"message", outcome.message}};
  record["objects"] = nlohmann::json::array();
  for (const ObjectName &object : outcome.objects) record["objects"].push_back({object.id, object.kind});
  record["complete"] = true;
  // A plugin may put any bytes into its texts.
  return record.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<Outcome> from_record(const std::string &text) {
  const nlohmann::json record = nlohmann::json::parse(text, nullptr, false);
  if (!record.is_object() || record.value("complete", false) != true) return std::nullopt;
  Outcome outcome;
  const int verdict = record.value("verdict", -1);
  if (verdict < 0 || verdict >= static_cast<int>(kNames.size())) return std::nullopt;
  outcome.verdict = static_cast<Verdict>(verdict);
  outcome.message = record.value("message", "");
  for (const auto &object : record.at("objects")) outcome.objects.push_back({object.at(0), object.at(1)});
  return outcome;
}

}  // namespace nac::fw::verify
