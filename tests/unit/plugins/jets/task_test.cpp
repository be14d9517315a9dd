// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "nac/cpp/error.hpp"
#include "nac/cpp/rng.hpp"
#include "services/config_json.hpp"
#include "task_kit.hpp"

TEST_CASE("tensors are those the task declares") {
  const kit::Task task({{"samples", int64_t{100}}, {"constituents", int64_t{5}}});
  const nac_task_info &info = task.info();
  REQUIRE(info.input_count == 1);
  CHECK(std::string(info.inputs[0]->name) == "constituents");
  REQUIRE(info.inputs[0]->ndim == 2);
  CHECK(info.inputs[0]->shape[0] == 5);
  CHECK(info.inputs[0]->shape[1] == 3);
  REQUIRE(info.target_count == 1);
  CHECK(std::string(info.targets[0]->name) == "label");
  CHECK(info.targets[0]->ndim == 0);
  CHECK(info.flags == 0);
  const kit::Batch batch = task.read("train", {0, 3});
  CHECK(batch.rows.size() == 30);
  CHECK(batch.labels.size() == 2);
}

TEST_CASE("reads do not depend on order or batches") {
  const kit::Task task({{"samples", int64_t{1000}}});
  const kit::Batch all = task.read_all("train");
  std::vector<uint64_t> index(task.size("train"));
  for (uint64_t i = 0; i < index.size(); ++i) index[i] = i;
  nac::rng random(1);
  random.shuffle(index);
  const kit::Batch shuffled = task.read("train", index);
  for (std::size_t i = 0; i < index.size(); ++i) {
    REQUIRE(shuffled.labels[i] == all.labels[index[i]]);
    REQUIRE(std::equal(all.rows.begin() + static_cast<std::ptrdiff_t>(index[i] * 24),
                       all.rows.begin() + static_cast<std::ptrdiff_t>(index[i] * 24 + 24),
                       shuffled.rows.begin() + static_cast<std::ptrdiff_t>(i * 24)));
  }
  CHECK(task.read("train", {}).labels.empty());
  CHECK(task.read("train", {7, 7}).rows.size() == 48);
}

TEST_CASE("several threads read at once, the first of them makes the synthetic jets") {
  const kit::Task task({{"samples", int64_t{2000}}});
  std::vector<kit::Batch> results(4);
  std::vector<std::thread> threads;
  for (kit::Batch &result : results)
    threads.emplace_back([&task, &result] { result = task.read("validation", {5, 1, 100, 42}); });
  for (std::thread &t : threads) t.join();
  for (const kit::Batch &result : results) {
    CHECK(result.rows == results[0].rows);
    CHECK(result.labels == results[0].labels);
  }
  CHECK(kit::Task({{"samples", int64_t{2000}}}).read("validation", {5, 1, 100, 42}).rows == results[0].rows);
}

TEST_CASE("splits share no jet") {
  const kit::Task task({{"samples", int64_t{5000}}, {"scaling", std::string("none")}});
  std::set<std::vector<float>> seen;
  std::size_t total = 0;
  for (const char *split : {"train", "validation", "test"}) {
    const kit::Batch batch = task.read_all(split);
    for (std::size_t i = 0; i < batch.rows.size(); i += 24)
      seen.emplace(batch.rows.begin() + static_cast<std::ptrdiff_t>(i),
                   batch.rows.begin() + static_cast<std::ptrdiff_t>(i + 24));
    total += batch.labels.size();
  }
  CHECK(total == 5000);
  CHECK(seen.size() == 5000);
}

TEST_CASE("wrong requests are answered with what there is") {
  const kit::Task task({{"samples", int64_t{100}}});
  CHECK_THROWS_WITH(task.size("val"), "there is no split 'val'; accepted are train, validation, test");
  CHECK_THROWS_WITH(task.read("train", {80}), Catch::Contains("sample 80 of split 'train'") && Catch::Contains("80"));
  CHECK_THROWS_WITH(task.read("Train", {0}), Catch::Contains("no split 'Train'"));
}

TEST_CASE("a model's constants scale other data as the training data were scaled") {
  const kit::Parameters first{{"samples", int64_t{2000}}},
      other{{"samples", int64_t{2000}}, {"synthetic_seed", int64_t{8}}};
  const kit::Task trained(first);
  kit::Parameters carried = other, raw = other, unscaled = first;
  for (auto &[key, value] : nac::fw::config_from_json(trained.fitted(), "test")) carried[key] = value;
  REQUIRE(carried.count("scaling_constants") == 1);
  const auto c = std::get<std::vector<double>>(carried["scaling_constants"]);
  REQUIRE(c.size() == 6);
  raw["scaling"] = std::string("none");
  const kit::Batch scaled = kit::Task(carried).read_all("test"), plain = kit::Task(raw).read_all("test");
  REQUIRE(scaled.rows.size() == plain.rows.size());
  for (std::size_t i = 0; i < plain.rows.size(); ++i)
    REQUIRE(scaled.rows[i] == Approx((plain.rows[i] - c[2 * (i % 3)]) / c[2 * (i % 3) + 1]).margin(1e-6));
  CHECK(kit::Task(other).fitted() != trained.fitted());
  CHECK(kit::Task(carried).fitted() == trained.fitted());
  // The same data with its own constants are the same samples.
  unscaled["scaling_constants"] = c;
  CHECK(kit::Task(unscaled).fingerprint() == trained.fingerprint());
  carried["scaling_constants"] = std::vector<double>{1, 2};
  CHECK_THROWS_WITH(kit::Task(carried), Catch::Contains("has 2 numbers") && Catch::Contains("six"));
  carried["scaling_constants"] = std::vector<double>{1, 2, 0, 0, 0, 1};
  CHECK_THROWS_WITH(kit::Task(carried), Catch::Contains("eta_rel") && Catch::Contains("width positive"));
}

TEST_CASE("every parameter is used") {
  const kit::Parameters base{{"samples", int64_t{500}}};
  const std::string first = kit::Task(base).fingerprint();
  const std::vector<std::pair<std::string, nac::fw::ConfigValue>> changes{
      {"constituents", int64_t{7}},         {"min_pt", 20.0},
      {"scaling", std::string("standard")}, {"synthetic_seed", int64_t{9}},
      {"max_train", int64_t{100}},          {"max_evaluation", int64_t{10}}};
  for (const auto &[name, value] : changes) {
    CAPTURE(name);
    kit::Parameters parameters = base;
    parameters[name] = value;
    CHECK(kit::Task(parameters).fingerprint() != first);
  }
  CHECK(kit::Task(base).fingerprint() == first);
}
