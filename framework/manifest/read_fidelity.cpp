// SPDX-License-Identifier: Apache-2.0
#include "manifest/read_fidelity.hpp"

#include <fmt/format.h>

#include <vector>

#include "services/nearest.hpp"

namespace nac::fw {
namespace {

constexpr const char *kPath = "search.fidelity";
const std::vector<std::string> kKeys{"kind", "eta", "grace"};

}  // namespace

Fidelity read_fidelity(ManifestDocument &d, int epochs) {
  Fidelity f;
  if (!d.has(kPath)) return f;
  if (!d.is_table(kPath)) {
    d.problem(kPath, "'search.fidelity' must be a table, e.g. fidelity = { kind = \"asha\", eta = 3, grace = 0.1 }");
    return f;
  }
  if (const auto kind = d.text("search.fidelity.kind")) {
    if (!parse(*kind, f.kind))
      d.problem("search.fidelity.kind",
                fmt::format("'search.fidelity.kind' must be none, asha or median, found \"{}\"{}", *kind,
                            did_you_mean(*kind, fidelity_names())));
  } else if (!d.has("search.fidelity.kind")) {
    d.problem(kPath, "[search.fidelity] needs the key 'kind': none, asha or median");
  }
  if (const auto eta = d.integer("search.fidelity.eta", 2, 1000)) f.eta = static_cast<int>(*eta);
  if (const auto grace = d.number("search.fidelity.grace", 0, 1, true)) f.grace = *grace;
  if (f.kind != FidelityKind::none && rung_epochs(f, epochs).empty())
    d.problem(kPath, fmt::format("with grace = {} the first rung is not before the last of {} epochs, so nothing could "
                                 "ever be stopped; use more epochs or a smaller grace",
                                 f.grace, epochs));
  d.report_unread(kPath, kKeys);
  return f;
}

}  // namespace nac::fw
