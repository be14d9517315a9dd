// SPDX-License-Identifier: Apache-2.0
#pragma once
/// All of LibTorch that the engine uses; the precompiled header of this room. ATen's operators and autograd's grad();
/// no torch::nn, whose headers cost ten times as much to compile.
#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>
