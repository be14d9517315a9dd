// SPDX-License-Identifier: Apache-2.0
// Every preset of both tasks, as the plugins build it: gradients of both engines against float64 PyTorch and against
// each other.
#include "presets.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <map>

#include "fused/fused_engine.hpp"
#include "oracle.hpp"
#include "tested_engine.hpp"

namespace {

using namespace nac::fw;
using test::Preset;

struct Question {
  const Preset *preset;
  std::string name;
  Samples batch;
};

/// A whole tile and a part of one; a single sample, where nothing is normalized over the batch.
std::vector<Question> questions() {
  std::vector<Question> all;
  for (const Preset &p : test::presets()) {
    all.push_back({&p, p.name + ", 37 samples", p.batch(37, 100)});
    if (!p.normalizes()) all.push_back({&p, p.name + ", 1 sample", p.batch(1, 200)});
  }
  return all;
}

using Numbers = std::map<std::string, std::vector<double>>;

/// The largest difference of each layer's gradients relative to the layer's largest: a bias before a normalization has
/// the gradient 0, of which only rounding errors of the layer's terms are seen.
std::map<std::string, double> errors(const std::map<std::string, Tensor> &found, const Numbers &expected) {
  std::map<std::string, double> largest, difference;
  for (const auto &[name, gradient] : found) {
    const std::string layer = name.substr(0, name.rfind('.'));
    const std::vector<double> &wanted = expected.at(name);
    REQUIRE(static_cast<std::size_t>(gradient.elements()) == wanted.size());
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      const double d = std::abs(static_cast<double>(gradient.data<float>()[i]) - wanted[i]);
      largest[layer] = std::max(largest[layer], std::abs(wanted[i]));
      if (!(d <= difference[layer])) difference[layer] = d;  // NaN too
    }
  }
  for (auto &[layer, d] : difference) d /= std::max(largest.at(layer), 1e-4);
  return difference;
}

Numbers numbers(const std::map<std::string, Tensor> &tensors) {
  Numbers result;
  for (const auto &[name, t] : tensors) result[name].assign(t.data<float>(), t.data<float>() + t.elements());
  return result;
}

}  // namespace

TEST_CASE("the fused engine plans every preset") {
  REQUIRE(test::presets().size() == 19);
  for (const Preset &p : test::presets()) {
    INFO(p.name);
    for (const ValueId loss : {ValueId{0}, p.loss}) {
      const std::optional<Lack> lack = fused_engine().lacks(p.graph, loss);
      INFO((lack ? lack->what + ", " + lack->node : std::string("nothing")));
      CHECK_FALSE(lack.has_value());
    }
  }
}

TEST_CASE("gradients of every preset are PyTorch's") {
  if (!test::have_oracle()) return;
  const std::vector<Question> all = questions();
  std::vector<nlohmann::json> cases;
  for (const Question &q : all) cases.push_back(test::case_of(q.name, q.preset->graph, q.preset->loss, q.batch));
  const nlohmann::json answers = test::ask_oracle(cases);
  REQUIRE(answers.size() == all.size());
  Engine &engine = test::tested_engine();
  for (const Question &q : all) {
    INFO(q.name);
    const nlohmann::json &expected = answers.at(q.name);
    double loss = 0;
    const auto gradients = engine.gradients(q.preset->graph, q.preset->loss, q.batch, &loss);
    CHECK(loss == Approx(expected["loss"].get<double>()).epsilon(1e-5));
    REQUIRE(gradients.size() == expected["gradients"].size());
    for (const auto &[layer, error] : errors(gradients, expected["gradients"].get<Numbers>())) {
      INFO(layer);
      CHECK(error < 1e-4);
    }
    const std::vector<Tensor> outputs = engine.forward(q.preset->graph, q.batch.inputs, 16, "cpu");
    CHECK(test::relative_error(outputs.at(0), expected["outputs"][0]["data"]) < 1e-5);
  }
}

TEST_CASE("gradients of every preset are LibTorch's but for rounding") {
  if (test::torch_is_tested()) return;  // it would be compared with itself
  for (const Preset &p : test::presets())
    for (const int64_t count : {37, 300}) {  // several tiles, whatever their width
      INFO(p.name << ", " << count << " samples");
      const Samples batch = p.batch(count, 300);
      double fused_loss = 0, torch_loss = 0;
      const auto fused = fused_engine().gradients(p.graph, p.loss, batch, &fused_loss);
      const auto torch = torch_engine().gradients(p.graph, p.loss, batch, &torch_loss);
      CHECK(fused_loss == Approx(torch_loss).epsilon(1e-5));
      REQUIRE(fused.size() == torch.size());
      for (const auto &[layer, error] : errors(fused, numbers(torch))) {
        INFO(layer);
        CHECK(error < 2e-4);  // the rounding errors of both
      }
    }
}

TEST_CASE("losses of 20 epochs are LibTorch's within noise") {
  if (test::torch_is_tested()) return;
  for (const char *name : {"bragg/Tiny", "jets/Small"}) {
    INFO(name);
    const Preset &p = test::preset(name);
    const auto train = std::make_shared<const Samples>(p.batch(600, 1));
    TrainJob job;
    job.graph = &p.graph;
    job.loss = p.loss;
    job.recipe.epochs = 20;
    job.recipe.batch_size = 64;  // the last batch of an epoch has 24
    job.recipe.learning_rate = 1e-3;
    job.seed = 3;
    job.device = "cpu";
    job.train_samples = [&](int) { return train; };
    job.validation = std::make_shared<const Samples>(p.batch(150, 2));
    const TrainResult fused = fused_engine().train(job), torch = torch_engine().train(job);
    // What noise is: LibTorch again, from start values that differ in their last bit.
    Graph nudged = p.graph;
    for (const ValueId id : nudged.values()) {
      if (nudged.value(id).kind != ValueKind::parameter) continue;
      Tensor value = *nudged.value(id).data;
      for (int64_t i = 0; i < value.elements(); ++i)
        value.mutable_data<float>()[i] = std::nextafter(value.data<float>()[i], 10.0F);
      nudged.set_data(id, value);
    }
    job.graph = &nudged;
    const TrainResult again = torch_engine().train(job);
    for (const TrainResult *r : {&fused, &torch, &again}) REQUIRE(r->history.size() == 20);
    double train_noise = 2e-3, validation_noise = 2e-3;  // relative, the largest until an epoch
    for (std::size_t i = 0; i < 20; ++i) {
      INFO("epoch " << i + 1);
      const Epoch &f = fused.history[i], &l = torch.history[i], &n = again.history[i];
      train_noise = std::max(train_noise, std::abs(n.train_loss / l.train_loss - 1));
      validation_noise = std::max(validation_noise, std::abs(n.validation_loss / l.validation_loss - 1));
      CHECK(std::abs(f.train_loss / l.train_loss - 1) < 4 * train_noise);
      CHECK(std::abs(f.validation_loss / l.validation_loss - 1) < 4 * validation_noise);
    }
    CHECK(fused.history.back().train_loss < 0.98 * fused.history.front().train_loss);  // something was learned
  }
}
