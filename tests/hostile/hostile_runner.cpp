// SPDX-License-Identifier: Apache-2.0
//
// usage: hostile_runner EXPECTATIONS FIXTURE FILE     runs every check on FILE and compares the verdicts with the table
//        hostile_runner EXPECTATIONS --check-list DIR the table and the fixtures' sources name the same fixtures
//        hostile_runner verify FILE...                a bare `nac plugin verify`
// The table lists every verdict other than pass and skip: anything more or less is a failure of this test.
#include <algorithm>
#include <fstream>
#include <iostream>
#include <set>

#include "expectations.hpp"
#include "verify/child_process.hpp"
#include "verify/verify.hpp"

namespace {

using nac::fw::VerifyOptions;
using nac::fw::VerifyResult;
using nac::fw::verify::Verdict;

bool fits(const VerifyResult &result, const Expectation &expectation) {
  return result.name == expectation.check && name_of(result.outcome.verdict) == expectation.verdict &&
         result.outcome.message.find(expectation.message) != std::string::npos;
}

int compare(const std::vector<VerifyResult> &results, const std::vector<Expectation> &expected) {
  int wrong = 0;
  std::size_t passed = 0;
  for (const VerifyResult &result : results) {
    const Verdict verdict = result.outcome.verdict;
    passed += verdict == Verdict::pass;
    if (verdict == Verdict::pass || verdict == Verdict::skip) continue;
    const bool listed = std::any_of(expected.begin(), expected.end(), [&](const auto &e) { return fits(result, e); });
    std::cout << (listed ? "as expected: " : "NOT EXPECTED: ") << result.name << " " << name_of(verdict) << " "
              << result.outcome.message << "\n";
    wrong += !listed;
  }
  for (const Expectation &expectation : expected)
    if (std::none_of(results.begin(), results.end(), [&](const auto &r) { return fits(r, expectation); })) {
      std::cout << "MISSING: " << expectation.check << " " << expectation.verdict << " " << expectation.message << "\n";
      ++wrong;
    }
  std::cout << passed << " checks passed, " << wrong << " verdicts differ from the table\n";
  return wrong == 0 ? 0 : 1;
}

int check_list(const std::map<std::string, std::vector<Expectation>> &table, const std::filesystem::path &folder) {
  std::set<std::string> sources = {"truncated_file", "text_file"}, names;
  for (const auto &entry : std::filesystem::directory_iterator(folder))
    if (entry.path().extension() == ".c") sources.insert(entry.path().stem().string());
  for (const auto &[name, lines] : table) names.insert(name);
  for (const std::string &name : sources)
    if (names.count(name) == 0) std::cout << "no expectation for " << name << "\n";
  for (const std::string &name : names)
    if (sources.count(name) == 0) std::cout << "no source for " << name << "\n";
  std::cout << sources.size() << " fixtures\n";
  return names == sources ? 0 : 1;
}

int run(const std::vector<std::string> &arguments) {
  if (nac::fw::is_verify_child(arguments)) return nac::fw::verify_child(arguments);
  VerifyOptions options;
  if (arguments.size() > 1 && arguments[0] == "verify") {
    options.files.assign(arguments.begin() + 1, arguments.end());
    return nac::fw::verify_main(options, std::cout);
  }
  if (arguments.size() != 3) {
    std::cerr << "usage: hostile_runner EXPECTATIONS FIXTURE FILE\n";
    return 2;
  }
  const auto table = read_expectations(arguments[0]);
  if (arguments[1] == "--check-list") return check_list(table, arguments[2]);
  const auto expected = table.find(arguments[1]);
  if (expected == table.end()) throw std::runtime_error("no expectation for " + arguments[1]);

  const nac::fw::verify::TemporaryFolder folder;
  std::filesystem::path file = arguments[2];
  if (arguments[1] == "truncated_file") {
    file = folder.path() / "nac-truncated.so";
    std::filesystem::copy_file(arguments[2], file);
    std::filesystem::resize_file(file, 4096);  // the first page: all headers, none of what they point to
  }
  options.files = {file};
  const auto hangs = [](const Expectation &e) { return e.verdict == "hang"; };
  options.deadline_s = std::any_of(expected->second.begin(), expected->second.end(), hangs) ? 3 : 30;
  return compare(nac::fw::verify_run(options), expected->second);
}

}  // namespace

int main(int argc, char **argv) {
  try {
    return run({argv + 1, argv + argc});
  } catch (const std::exception &e) {
    std::cerr << "hostile_runner: " << e.what() << "\n";
    return 2;
  }
}
