// SPDX-License-Identifier: Apache-2.0
#include "pipeline/progress_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace nac::fw {

std::string duration_text(double seconds) {
  if (!(seconds >= 0) || seconds > 1e9) return "unknown";
  const auto s = static_cast<long long>(std::llround(seconds));
  if (s < 60) return fmt::format("{} s", s);
  if (s < 3600) return fmt::format("{} min {} s", s / 60, s % 60);
  if (s < 86400) return fmt::format("{} h {} min", s / 3600, s / 60 % 60);
  return fmt::format("{} d {} h", s / 86400, s / 3600 % 24);
}

std::string savings_text(const SearchStatus &s) {
  const double full = s.epochs + s.epochs_saved;
  if (s.stopped == 0 || full <= 0) return {};
  return fmt::format("; {:.0f} % of the epochs saved ({:.0f} of {:.0f})", 100 * s.epochs_saved / full, s.epochs_saved,
                     full);
}

std::string status_text(const SearchStatus &s) {
  std::string text = fmt::format("{}/{}", s.finished, s.planned);
  if (s.trials_per_second > 0)
    text += s.trials_per_second >= 0.5 ? fmt::format("  {:.1f}/s", s.trials_per_second)
                                       : fmt::format("  {:.1f}/min", 60 * s.trials_per_second);
  if (s.finished < s.planned && s.seconds_left >= 0) text += "  " + duration_text(s.seconds_left) + " left";
  std::string best;
  for (const SearchStatus::Best &b : s.best)
    if (!std::isnan(b.value)) best += fmt::format("{}{} {:.4g}", best.empty() ? "  best " : ", ", b.name, b.value);
  text += best;
  if (!s.front.empty()) text += fmt::format("  hypervolume {:.3f}  front {}", s.hypervolume, s.front.size());
  if (s.stopped > 0) text += fmt::format("  stopped {}", s.stopped);
  if (s.infeasible > 0) text += fmt::format("  infeasible {}", s.infeasible);
  if (s.failed > 0) text += fmt::format("  failed {}", s.failed);
  if (s.duplicates > 0) text += fmt::format("  repeated {}", s.duplicates);
  return text;
}

std::string bar_text(uint64_t done, uint64_t of, int cells) {
  const double share = of == 0 ? 0.0 : std::min(1.0, static_cast<double>(done) / static_cast<double>(of));
  const auto filled = static_cast<std::size_t>(share * cells);
  return std::string(filled, '#') + std::string(static_cast<std::size_t>(cells) - filled, '.');
}

std::string cut_text(const std::string &text, std::size_t columns) {
  std::size_t count = 0, keep = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0u) == 0x80u) continue;
    if (count + 3 == columns) keep = i;
    ++count;
  }
  if (count <= columns) return text;
  return columns < 3 ? std::string(columns, '.') : text.substr(0, keep) + "...";
}

}  // namespace nac::fw
