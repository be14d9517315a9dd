// SPDX-License-Identifier: Apache-2.0
//
// bench_search_drive: runs one search plugin on one problem and prints a JSON line per seed, or serves a problem to a
// search in another language. bench/search/run calls it; README.md has the words.
#include <boost/program_options.hpp>
#include <cstdio>
#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.hpp"
#include "nac/search.h"
#include "run_search.hpp"
#include "serve.hpp"

namespace po = boost::program_options;
using namespace nac::bench;
using nac::fw::UsageError;

namespace {

/// "3", "0..10" (both included) or "50,100,200".
std::vector<std::size_t> numbers(const std::string &text) {
  std::vector<std::size_t> out;
  try {
    if (const auto dots = text.find(".."); dots != std::string::npos) {
      const std::size_t first = std::stoull(text.substr(0, dots)), last = std::stoull(text.substr(dots + 2));
      for (std::size_t i = first; i <= last; ++i) out.push_back(i);
    } else {
      for (std::size_t at = 0; at <= text.size();) {
        const std::size_t end = std::min(text.find(',', at), text.size());
        out.push_back(std::stoull(text.substr(at, end - at)));
        at = end + 1;
      }
    }
  } catch (const std::logic_error &) {
    throw UsageError("'" + text + "' is no list of numbers; accepted: 3, 0..10 or 50,100,200");
  }
  if (out.empty()) throw UsageError("'" + text + "' is an empty list of numbers");
  return out;
}

std::map<std::string, nac::fw::ConfigValue> parameters(const std::vector<std::string> &given) {
  std::map<std::string, nac::fw::ConfigValue> values;
  for (const std::string &text : given) {
    const std::size_t equals = text.find('=');
    if (equals == std::string::npos) throw UsageError("--set '" + text + "' is not of the form name=value");
    values[text.substr(0, equals)] = nac::fw::Config::parse(text.substr(equals + 1));
  }
  return values;
}

std::string data_folder(const po::variables_map &options) {
  if (options.count("data") != 0) return options["data"].as<std::string>();
  const char *root = std::getenv("NAC_DATA_DIR");
  return std::string(root != nullptr ? root : NAC_SOURCE_DIR "/../shared/data") + "/nac_search_logs";
}

int drive(const po::variables_map &options) {
  const auto name = options["problem"].as<std::string>();
  std::optional<trial_pool> pool;
  if (is_replay(name)) pool = load_pool(name, data_folder(options));
  const problem what = pool ? pool->shape : by_name(name);
  run_plan plan;
  plan.what = &what;
  plan.pool = pool ? &*pool : nullptr;
  plan.budgets = numbers(options["budgets"].as<std::string>());
  if (options.count("serve") != 0) {
    if (pool) throw UsageError("a replay cannot be served: its trials are chosen by nearness, run by run");
    serve(what, plan.budgets, std::cin, std::cout);
    return 0;
  }
  plan.trials = *std::max_element(plan.budgets.begin(), plan.budgets.end());
  if (options.count("trials") != 0) plan.trials = options["trials"].as<uint64_t>();
  plan.exact = options.count("no-exact") == 0;
  plan.lookahead = options["lookahead"].as<uint32_t>();
  if (plan.lookahead == 0) throw UsageError("--lookahead is 0; accepted: 1 and more");
  const auto search = options["search"].as<std::string>();
  const auto print = [&](nlohmann::json line) {
    line["problem"] = name;
    line["search"] = search;
    std::cout << line.dump() << std::endl;
  };
  const std::vector<std::size_t> seeds = numbers(options["seeds"].as<std::string>());
  if (search == "logged" || search == "shuffled") {
    for (const std::size_t seed : seeds) {
      plan.seed = seed;
      print(run_log(plan, search == "shuffled"));
    }
    return 0;
  }
  nac::fw::DiscoveryOptions discovery;
  discovery.environment = false;
  for (const auto &path : options["plugin-path"].as<std::vector<std::string>>()) discovery.command_line.push_back(path);
  const nac::fw::Registry registry(discovery);
  const nac::fw::PluginObject &object = registry.find(NAC_KIND_SEARCH, search);
  const nac::fw::Config config(*object.descriptor,
                               parameters(options.count("set") != 0 ? options["set"].as<std::vector<std::string>>()
                                                                    : std::vector<std::string>()));
  for (const std::size_t seed : seeds) {
    plan.seed = seed;
    print(run_search(object, config, plan));
  }
  return 0;
}

}  // namespace

int main(int argc, char **argv) {
  po::options_description all("bench_search_drive --problem NAME [options]");
  auto add = all.add_options();
  add("help", "print this");
  add("list", "print the problems' names");
  add("problem", po::value<std::string>(), "a closed form, or replay_bragg, replay_jets");
  add("search", po::value<std::string>()->default_value("random"),
      "id or short name of a search plugin; for a replay also logged, shuffled: the log in that order");
  add("set", po::value<std::vector<std::string>>(), "parameter of the search, name=value; may be repeated");
  add("seeds", po::value<std::string>()->default_value("0"), "3, 0..10 or 1,2,3");
  add("budgets", po::value<std::string>()->default_value("100"), "trials after which the standing is printed");
  add("trials", po::value<uint64_t>(),
      "budget that the search is told and runs for; default: the largest of --budgets");
  add("lookahead", po::value<uint32_t>()->default_value(1), "how many trials are asked for and not yet told");
  add("no-exact", "do not tell a search the exact objectives of candidates before they are evaluated");
  add("plugin-path", po::value<std::vector<std::string>>()->default_value({NAC_PLUGIN_DIR}, NAC_PLUGIN_DIR),
      "plugin file or folder; may be repeated");
  add("data", po::value<std::string>(), "folder of the logs; default: NAC_DATA_DIR or ../shared/data, nac_search_logs");
  add("serve", "answer points on standard input instead of running a search (serve.hpp)");
  try {
    po::variables_map options;
    po::store(po::parse_command_line(argc, argv, all), options);
    if (options.count("list") != 0) {
      for (const problem &p : all_problems()) std::cout << p.name << ' ' << p.objectives << '\n';
      return 0;
    }
    if (options.count("help") != 0 || options.count("problem") == 0) {
      std::cout << all;
      return options.count("help") != 0 ? 0 : 2;
    }
    return drive(options);
  } catch (const po::error &e) {
    std::fprintf(stderr, "bench_search_drive: %s\n", e.what());
    return 2;
  } catch (const UsageError &e) {
    std::fprintf(stderr, "bench_search_drive: %s\n", e.what());
    return 2;
  } catch (const std::exception &e) {
    std::fprintf(stderr, "bench_search_drive: %s\n", e.what());
    return 1;
  }
}
