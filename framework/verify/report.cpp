// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <array>
#include <nlohmann/json.hpp>
#include <ostream>

#include "services/utf8.hpp"
#include "verify/check.hpp"
#include "verify/verify.hpp"

namespace nac::fw {

using verify::Verdict;

namespace {

constexpr std::size_t kVerdicts = 6;
std::size_t index_of(Verdict verdict) { return static_cast<std::size_t>(verdict); }

std::string indented(const std::string &text) {
  std::string result;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    result += "          | " + printable(text.substr(begin, end - begin)) + "\n";
    begin = end + 1;
  }
  return result;
}

void print_list(bool json, std::ostream &out) {
  nlohmann::json list = nlohmann::json::array();
  std::string group;
  for (const verify::Check &check : verify::all_checks()) {
    if (json) {
      list.push_back(
          {{"group", check.group}, {"name", check.name}, {"needs", check.needs}, {"summary", check.summary}});
      continue;
    }
    if (group != check.group) out << (group.empty() ? "" : "\n") << check.group << "\n";
    group = check.group;
    out << fmt::format("  {:34} {}\n", check.name, check.summary);
  }
  if (json) out << list.dump(2) << "\n";
}

void print_text(const std::vector<VerifyResult> &results, bool quiet, std::ostream &out) {
  const VerifyResult *last = nullptr;
  std::array<std::size_t, kVerdicts> counts{};
  for (const VerifyResult &result : results) {
    const Verdict verdict = result.outcome.verdict;
    ++counts.at(index_of(verdict));
    if (quiet && (verdict == Verdict::pass || verdict == Verdict::skip)) continue;
    if (last == nullptr || last->file != result.file) out << result.file.string() << "\n";
    if (last == nullptr || last->file != result.file || last->id != result.id)
      if (!result.id.empty()) out << "  " << printable(result.id) << "\n";
    last = &result;
    const std::string name = result.group + "/" + result.name;
    std::string line = fmt::format("    {:5} {:40} {:6.2f} s", name_of(verdict), name, result.outcome.seconds);
    if (!result.outcome.message.empty()) line += "  " + printable(result.outcome.message);
    out << line << "\n" << indented(result.outcome.output);
  }
  std::string summary;
  for (std::size_t i = 0; i < kVerdicts; ++i)
    if (counts.at(i) > 0 || i == 0)
      summary += fmt::format("{}{} {}", summary.empty() ? "" : ", ", counts.at(i), name_of(static_cast<Verdict>(i)));
  out << summary << "\n";
}

void print_json(const std::vector<VerifyResult> &results, int exit_code, std::ostream &out) {
  nlohmann::json list = nlohmann::json::array();
  for (const VerifyResult &result : results)
    list.push_back({{"file", result.file.string()},
                    {"id", result.id},
                    {"group", result.group},
                    {"check", result.name},
                    {"verdict", name_of(result.outcome.verdict)},
                    {"message", result.outcome.message},
                    {"seconds", result.outcome.seconds},
                    {"output", result.outcome.output}});
  const nlohmann::json report = {{"results", list}, {"exit_code", exit_code}};
  out << report.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
}

}  // namespace

int verify_main(const VerifyOptions &options, std::ostream &out) {
  if (options.list) {
    print_list(options.json, out);
    return 0;
  }
  const std::vector<VerifyResult> results = verify_run(options);
  int exit_code = 0;
  for (const VerifyResult &result : results)
    if (verify::is_bad(result.outcome.verdict) || (options.strict && result.outcome.verdict == Verdict::warn))
      exit_code = 1;
  if (options.json)
    print_json(results, exit_code, out);
  else
    print_text(results, options.quiet, out);
  return exit_code;
}

}  // namespace nac::fw
