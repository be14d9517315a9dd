// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <filesystem>

#include "base/error.hpp"
#include "commands/command_line.hpp"
#include "commands/trial_model.hpp"
#include "fixed/deploy.hpp"
#include "graph/onnx.hpp"
#include "services/files.hpp"

namespace nac::fw {
namespace {

std::string qonnx_of(const std::string &bytes, const std::string &name, bool channels_last) {
  const OnnxModel model = from_onnx(bytes, name);
  if (!is_quantized(model.graph))
    throw UsageError(
        fmt::format("{} has no quantizers, so there is nothing to write as QONNX: compress it first (nac compress), or "
                    "export it without --qonnx",
                    name));
  return to_qonnx(deploy(model.graph), {channels_last}, "quantized network, exported by nac", model.metadata);
}

}  // namespace

int command_export(const Arguments &arguments) {
  namespace po = boost::program_options;
  CommandLine line(
      "export MODEL [TRIAL] [options]",
      "Writes the trained network of one trial as an ONNX file. MODEL is a study, with the number of a trial, or\n"
      "STUDY:TRIAL; TRIAL 'chosen' is what nac choose picked. With --qonnx also an ONNX file of ours; the network\n"
      "must be quantized, and is deployed: masks applied, batch normalization folded, every scale a power of two.",
      {"nac export studies/quickstart 12", "nac export studies/quickstart 12 --to best.onnx",
       "nac export studies/compressed chosen --qonnx", "nac export best.onnx --channels-last --to best-hls4ml.onnx"});
  line.option()("to", po::value<std::vector<std::string>>()->value_name("FILE"),
                "default: trial-<number>.onnx or chosen.onnx, with --qonnx <name>.qonnx.onnx");
  line.option()("qonnx", "for other tools: QONNX's operators alone, shapes for every tensor, a batch of 1");
  line.option()("channels-last", "--qonnx with images as [N, H, W, C], as hls4ml reads them");
  line.positional("model");
  line.positional("trial");
  if (!line.parse(arguments)) return 0;
  const bool channels_last = line.has("channels-last"), qonnx = line.has("qonnx") || channels_last;
  const NamedModel source = read_named_model(line.required("model"), line.text("trial"));
  if (source.is_file && !qonnx)
    throw UsageError(fmt::format("{} is a file already; give --qonnx to write it for other tools", source.name));
  const std::string bytes = qonnx ? qonnx_of(source.bytes, source.name, channels_last) : source.bytes;
  const std::filesystem::path file = line.text("to", source.stem + (qonnx ? ".qonnx.onnx" : ".onnx"));
  write_file_atomically(file, bytes);
  fmt::print("{}\n", file.string());
  return 0;
}

}  // namespace nac::fw
