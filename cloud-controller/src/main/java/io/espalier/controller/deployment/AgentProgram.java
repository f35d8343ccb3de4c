package io.espalier.controller.deployment;

import io.espalier.proto.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What an agent says that it is, and what it would not become.
 *
 * @param running the artifact it runs from; null for the program that was installed
 * @param refused the latest program that it refused, or that did not report in
 * @param why it was refused; empty where none was
 */
public record AgentProgram(
        @Nullable Sha256 running, @Nullable Sha256 refused, String why) {}
