// SPDX-License-Identifier: Apache-2.0
// Which engine a call goes to, with engines that only remember that they were asked.
#include "engine/chosen_engine.hpp"

#include <catch2/catch.hpp>

#include "base/error.hpp"
#include "engine/checkpoint.hpp"
#include "small_job.hpp"

using Catch::Matchers::Contains;
using namespace nac::fw;

namespace {

class FakeEngine final : public PlannedEngine {
 public:
  FakeEngine(std::string name, std::vector<std::string> devices) : name_(std::move(name)), devices_(devices) {}
  EngineInfo info() const override { return {name_, "1", "", false, devices_}; }
  std::optional<Lack> lacks(const Graph &, ValueId loss) const override {
    asked_loss = loss;
    return lack;
  }
  TrainResult train(const TrainJob &) override { return ++trained, TrainResult{}; }
  std::vector<Tensor> forward(const Graph &, const std::vector<Tensor> &, int, const std::string &) override {
    return ++forwarded, std::vector<Tensor>{};
  }
  std::map<std::string, Tensor> gradients(const Graph &, ValueId, const Samples &, double *) override {
    return ++derived, std::map<std::string, Tensor>{};
  }
  std::optional<Lack> lack;
  mutable ValueId asked_loss = 99;
  int trained = 0, forwarded = 0, derived = 0;

 private:
  std::string name_;
  std::vector<std::string> devices_;
};

struct Engines {
  FakeEngine fused{"fused", {"cpu"}}, torch{"torch", {"cpu"}};
  bool torch_there = true, gpu = false;
  int loads = 0, told = 0;
  std::vector<std::string> notes;
  test::SmallJob small;

  ChosenEngine choose(EngineChoice choice) {
    return ChosenEngine(choice, {fused,
                                 [this]() -> Engine & {
                                   if (!torch_there) throw Error("found no training engine", NAC_FAILED_PRECONDITION);
                                   ++loads;
                                   return torch;
                                 },
                                 [this] { return gpu; }, [this](const std::string &text) { notes.push_back(text); },
                                 [this](const EngineInfo &) { ++told; }});
  }
  std::string checkpoint_of(const std::string &engine) const {
    Checkpoint c;
    c.engine = engine;
    return to_bytes(c);
  }
};

const Lack kSoftmax{"Softmax over axis 1", "'scores'"};

}  // namespace

TEST_CASE("what the fused engine covers never loads LibTorch") {
  Engines e;
  e.torch_there = false;
  e.small.job.device = GENERATE("auto", "cpu");
  e.gpu = GENERATE(false, true);  // where a driver is, LibTorch may still be missing
  const EngineChoice choice = GENERATE(EngineChoice::automatic, EngineChoice::fused);
  ChosenEngine engine = e.choose(choice);
  for (int i = 0; i < 2; ++i) engine.train(e.small.job);
  CHECK(e.fused.asked_loss == e.small.job.loss);
  engine.forward(e.small.graph, {}, 1, e.small.job.device);
  CHECK(e.fused.asked_loss == 0);
  engine.gradients(e.small.graph, e.small.job.loss, {}, nullptr);
  CHECK(e.fused.trained == 2);
  CHECK(e.fused.forwarded == 1);
  CHECK(e.fused.derived == 1);
  CHECK(e.loads == 0);
  CHECK(engine.info().name == "fused");
  CHECK(e.notes == std::vector<std::string>{"training engine: fused 1"});
}

TEST_CASE("LibTorch takes what the fused engine lacks, and says so once for each reason") {
  Engines e;
  ChosenEngine engine = e.choose(EngineChoice::automatic);
  e.fused.lack = kSoftmax;
  engine.train(e.small.job);
  e.fused.lack->node = "'other'";
  engine.train(e.small.job);
  engine.forward(e.small.graph, {}, 1, "cpu");
  e.fused.lack = Lack{"Erf", "'gelu'"};
  engine.train(e.small.job);
  e.fused.lack.reset();
  engine.train(e.small.job);
  CHECK(e.torch.trained == 3);
  CHECK(e.torch.forwarded == 1);
  CHECK(e.fused.trained == 1);
  CHECK(e.loads == 1);
  CHECK(e.told == 1);
  CHECK(e.notes == std::vector<std::string>{
                       "LibTorch trains networks with Softmax over axis 1: the fused engine has none",
                       "LibTorch trains networks with Erf: the fused engine has none", "training engine: fused 1"});
}

TEST_CASE("a graph without a plan names the node where LibTorch cannot take it") {
  Engines e;
  e.fused.lack = kSoftmax;
  ChosenEngine fused = e.choose(EngineChoice::fused);
  CHECK_THROWS_WITH(fused.train(e.small.job), Contains("the fused engine has no Softmax over axis 1 'scores'"));
  CHECK(e.loads == 0);
  e.torch_there = false;
  ChosenEngine automatic = e.choose(EngineChoice::automatic);
  CHECK_THROWS_WITH(automatic.train(e.small.job),
                    Contains("Softmax over axis 1 'scores'") && Contains("found no training engine"));
  CHECK(e.fused.trained == 0);
}

TEST_CASE("torch is LibTorch for everything") {
  Engines e;
  ChosenEngine engine = e.choose(EngineChoice::torch);
  CHECK(engine.info().name == "torch");
  engine.train(e.small.job);
  engine.forward(e.small.graph, {}, 1, "cpu");
  engine.gradients(e.small.graph, e.small.job.loss, {}, nullptr);
  CHECK(e.torch.trained + e.torch.forwarded + e.torch.derived == 3);
  CHECK(e.fused.asked_loss == 99);
  CHECK(e.notes == std::vector<std::string>{"training engine: torch 1"});
}

TEST_CASE("GPUs are LibTorch's") {
  Engines e;
  SECTION("asked for") {
    ChosenEngine engine = e.choose(EngineChoice::automatic);
    e.small.job.device = GENERATE("cuda", "cuda:1");
    engine.train(e.small.job);
    CHECK(e.torch.trained == 1);
    CHECK_THAT(e.notes.at(0), Contains("LibTorch") && Contains(e.small.job.device));
  }
  SECTION("found") {
    e.torch = FakeEngine("torch", {"cpu", "cuda:0"});
    e.gpu = true;
    ChosenEngine engine = e.choose(EngineChoice::automatic);
    e.small.job.device = "auto";
    engine.train(e.small.job);
    CHECK(e.torch.trained == 1);
    e.small.job.device = "cpu";
    engine.train(e.small.job);
    CHECK(e.fused.trained == 1);
  }
  SECTION("LibTorch was built without") {
    e.gpu = true;
    ChosenEngine engine = e.choose(EngineChoice::automatic);
    e.small.job.device = "auto";
    engine.train(e.small.job);
    engine.train(e.small.job);
    CHECK(e.fused.trained == 2);
    CHECK(e.loads == 1);
  }
  SECTION("not for the fused engine") {
    ChosenEngine engine = e.choose(EngineChoice::fused);
    e.small.job.device = "cuda";
    CHECK_THROWS_WITH(engine.train(e.small.job), Contains("device = 'cuda'") && Contains("auto or cpu"));
  }
}

TEST_CASE("a paused training goes on in the engine where it began") {
  Engines e;
  e.small.job.checkpoint = e.checkpoint_of("torch");
  e.choose(EngineChoice::automatic).train(e.small.job);
  CHECK(e.torch.trained == 1);
  e.small.job.checkpoint = e.checkpoint_of("fused");
  e.choose(EngineChoice::automatic).train(e.small.job);
  CHECK(e.fused.trained == 1);
  // A choice is a choice: the engine refuses a checkpoint that is not its own.
  e.choose(EngineChoice::torch).train(e.small.job);
  CHECK(e.torch.trained == 2);
  e.small.job.checkpoint = "damaged";
  try {
    e.choose(EngineChoice::automatic).train(e.small.job);
    FAIL("a damaged checkpoint was taken");
  } catch (const Error &error) {
    CHECK(error.status() == NAC_DATA_LOSS);
  }
}

TEST_CASE("a job that cannot be is refused before an engine is chosen") {
  Engines e;
  e.small.job.graph = nullptr;
  CHECK_THROWS_WITH(e.choose(EngineChoice::automatic).train(e.small.job), Contains("needs a graph"));
  CHECK(e.fused.asked_loss == 99);
}
