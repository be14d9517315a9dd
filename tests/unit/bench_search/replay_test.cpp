// SPDX-License-Identifier: Apache-2.0
#include "replay.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

#include "run_search.hpp"
#include "support/temp_folder.hpp"

using namespace nac::bench;
using Catch::Matchers::Contains;
using nac::test::TempFolder;

namespace {

const char *const kHead =
    "source,val_accuracy,bops,hp:aggregator_type,hp:bottleneck_dim,hp:phi_MLP_acts_0,hp:phi_MLP_norms_0,hp:phi_len,"
    "hp:rho_MLP_acts_0,hp:rho_MLP_norms_0,hp:rho_len\n";

/// Three architectures of one linear layer in each part, a repetition, a row without a value and one of another source.
void write_log(const std::filesystem::path &folder) {
  std::ofstream(folder / "deepsets_global_search.csv") << kHead << "global_search_a,0.5,1024,0,3,0,none,1,0,none,1\r\n"
                                                       << "global_search_a,0.6,4096,1,3,0,none,1,0,none,1\r\n"
                                                       << "global_search_a,0.7,1024,1,3,0,none,1,0,none,1\r\n"
                                                       << "global_search_a,0.4,512,0,6,2,batch,1,1,batch,1\r\n"
                                                       << "global_search_a,0.4,512,0,6,2,,1,1,batch,1\r\n"
                                                       << "other,0.9,1,0,0,2,batch,1,1,batch,1\r\n";
}

std::filesystem::path logs() {
  const char *folder = std::getenv("NAC_DATA_DIR");
  return std::filesystem::path(folder != nullptr ? folder : NAC_SOURCE_DIR "/../shared/data") / "nac_search_logs";
}

}  // namespace

TEST_CASE("A pool has every whole architecture of its source once") {
  TempFolder temp;
  std::filesystem::create_directories(temp / "log");
  write_log(temp / "log");
  const trial_pool pool = load_pool("replay_jets", temp / "log");
  REQUIRE(pool.trials.size() == 3);
  CHECK(pool.left_out == 2);
  CHECK(pool.trials[0].objectives == std::vector<double>{0.5, 10});
  CHECK(pool.trials[1].objectives[0] == Approx(0.4));  // the first of the repetitions
  CHECK(pool.shape.near_reference[1] == Approx(12.01));
  CHECK(std::isnan(pool.trials[0].genome[5]));  // the width of a layer that nothing follows
}

TEST_CASE("A log that is not there is named, with what to do") {
  TempFolder temp;
  CHECK_THROWS_WITH(load_pool("replay_bragg", temp / "none"),
                    Contains("none/bragg_global_search.csv' cannot be read") && Contains("NAC_DATA_DIR"));
  CHECK_THROWS_WITH(load_pool("replay_cats", temp / "none"), Contains("there are: replay_bragg replay_jets"));
  std::filesystem::create_directories(temp / "log");
  std::ofstream(temp / "log/deepsets_global_search.csv") << "source,bops\nglobal_search_a,1\n";
  CHECK_THROWS_WITH(load_pool("replay_jets", temp / "log"), Contains("has no column 'val_accuracy'"));
  std::ofstream(temp / "log/deepsets_global_search.csv") << kHead;
  CHECK_THROWS_WITH(load_pool("replay_jets", temp / "log"), Contains("no whole row"));
}

TEST_CASE("A run gets the nearest trial it has not had, until there is none") {
  TempFolder temp;
  std::filesystem::create_directories(temp / "log");
  write_log(temp / "log");
  const trial_pool pool = load_pool("replay_jets", temp / "log");
  Projection run(pool, 1);
  const std::vector<double> asked = pool.trials[2].genome;
  CHECK(&run.nearest(asked) == &pool.trials[2]);
  CHECK(run.take_nearest(asked) == &pool.trials[2]);
  CHECK(&run.nearest(asked) == &pool.trials[2]);
  CHECK(run.take_nearest(asked) == &pool.trials[0]);  // shares the aggregator with it
  CHECK(run.take_nearest(asked) == &pool.trials[1]);
  CHECK(run.take_nearest(asked) == nullptr);
}

TEST_CASE("Distances between genomes") {
  const double nan = std::nan("");
  const auto space = by_name("mixcond").space;
  std::vector<double> a(space.size(), nan), b(space.size(), nan);
  CHECK(genome_distance(space, a, b) == 0);
  a[2] = 0, b[2] = 1;  // a choice
  CHECK(genome_distance(space, a, b) == 1);
  a[1] = 0, b[1] = 1;  // one of four steps of an ordered value
  CHECK(genome_distance(space, a, b) == Approx(1 + 0.25 + 0.75 / 4));
  a[4] = 0.5;  // only one has it
  CHECK(genome_distance(space, a, b) == Approx(1.5 + 0.25 + 0.75 / 4));
}

TEST_CASE("The logs of the project") {
  if (!std::filesystem::exists(logs() / "bragg_global_search.csv")) {
    WARN("not checked: there are no logs in " << logs().string());
    return;
  }
  for (const auto &[name, count] : {std::pair{"replay_bragg", 945}, std::pair{"replay_jets", 934}}) {
    const trial_pool pool = load_pool(name, logs());
    CHECK(pool.trials.size() == static_cast<std::size_t>(count));
    CHECK(pool.trials.size() + pool.left_out == 1000);
    run_plan plan;
    plan.what = &pool.shape;
    plan.pool = &pool;
    plan.budgets = {100, 2000};
    plan.trials = 2000;
    const nlohmann::json logged = run_log(plan, false), shuffled = run_log(plan, true);
    CHECK(logged["trials"] == pool.trials.size());
    CHECK(logged["near"][1].get<double>() == Approx(shuffled["near"][1].get<double>()));
    CHECK(logged["near"][0].get<double>() < logged["near"][1].get<double>());
  }
}
