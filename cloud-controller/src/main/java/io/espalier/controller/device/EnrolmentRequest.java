package io.espalier.controller.device;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import org.jspecify.annotations.Nullable;

/**
 * What an agent asks with: its token and who it claims to be.
 *
 * @param key digest of the key whose possession it has proved
 */
public record EnrolmentRequest(
        ClaimSecret secret,
        DeviceId device,
        Sha256 key,
        @Nullable Sha256 nonceHash,
        @Nullable String agentVersion) {}
