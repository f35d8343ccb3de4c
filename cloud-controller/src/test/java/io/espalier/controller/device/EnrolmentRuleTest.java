package io.espalier.controller.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.espalier.proto.DeviceId;
import io.espalier.proto.Sha256;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class EnrolmentRuleTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final ClaimSecret SECRET = new ClaimSecret("esp_secret");
    private static final DeviceId CAMERA = new DeviceId("camera-1");
    private static final Sha256 KEY = hash("the key of camera-1");
    private static final KeyStanding ITS_OWN = new KeyStanding(true, false, false);

    @Test
    void enrolsWithAFreshToken() {
        EnrolmentOutcome outcome = decide(token(null, false, null), null, request("n1"), NOW);

        assertThat(outcome)
                .isEqualTo(new EnrolmentOutcome.Enrolled(
                        new Device(CAMERA, new GroupName("line-3"), new Labels(Map.of("site", "a")), "1.0", NOW, null),
                        false));
    }

    @Test
    void answersTheSameAgentAgain() {
        Device camera = device();
        ClaimToken used = token(null, false, new ClaimToken.Use(hash("n1"), KEY));

        assertThat(decide(used, camera, ITS_OWN, request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.Enrolled(camera, true));
    }

    @Test
    void answersTheSameAgentEvenAfterTheTokenExpired() {
        ClaimToken used = token(null, false, new ClaimToken.Use(hash("n1"), KEY));

        assertThat(decide(used, device(), ITS_OWN, request("n1"), NOW.plus(Duration.ofDays(9))))
                .isInstanceOf(EnrolmentOutcome.Enrolled.class);
    }

    @Test
    void refusesAUsedTokenFromAnotherAgent() {
        ClaimToken used = token(null, false, new ClaimToken.Use(hash("n1"), KEY));

        assertThat(decide(used, device(), ITS_OWN, request("n2"), NOW)).isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesAUsedTokenWithoutANonce() {
        ClaimToken used = token(null, false, new ClaimToken.Use(null, KEY));

        assertThat(decide(used, device(), ITS_OWN, request(null), NOW)).isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesATokenThatExpired() {
        assertThat(decide(token(null, false, null), null, request("n1"), NOW.plus(Duration.ofHours(1))))
                .isInstanceOf(EnrolmentOutcome.ExpiredToken.class);
    }

    @Test
    void doesNotTellAForeignTokenFromAnUnknownOne() {
        assertThat(decide(token(new DeviceId("other"), false, null), null, request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.UnknownToken.class);
        assertThat(decide(null, null, request("n1"), NOW)).isInstanceOf(EnrolmentOutcome.UnknownToken.class);
    }

    @Test
    void refusesASecondDeviceOfTheSameName() {
        assertThat(decide(token(null, false, null), device(), request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.DuplicateDevice(false));
    }

    @Test
    void letsANewMachineReplaceADevice() {
        ClaimToken token = new ClaimToken(
                SECRET.hash(), CAMERA, null, Labels.NONE, true, NOW, NOW.plus(Duration.ofHours(1)), 1, 0, null);
        Device old = new Device(CAMERA, new GroupName("kept"), new Labels(Map.of("k", "v")), "0.9", NOW, NOW);

        assertThat(decide(token, old, request("n1"), NOW))
                .isEqualTo(new EnrolmentOutcome.Enrolled(
                        new Device(CAMERA, new GroupName("kept"), new Labels(Map.of("k", "v")), "1.0", NOW, null),
                        false));
    }

    @Test
    void refusesAReusedTokenToAnotherKeyThoughTheNonceIsRight() {
        ClaimToken used = token(null, false, new ClaimToken.Use(hash("n1"), hash("another key")));

        assertThat(decide(used, device(), ITS_OWN, request("n1"), NOW)).isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesAMachineThatWasReplacedMeanwhile() {
        ClaimToken used = token(null, false, new ClaimToken.Use(hash("n1"), KEY));

        assertThat(decide(used, device(), new KeyStanding(false, false, true), request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.UsedToken.class);
    }

    @Test
    void refusesAClonedKey() {
        assertThat(decide(token(null, false, null), null, new KeyStanding(false, true, false), request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.ClonedKey.class);
    }

    @Test
    void refusesARevokedKeyEvenToReplaceADevice() {
        ClaimToken token = token(null, true, null);

        assertThat(decide(token, device(), new KeyStanding(true, false, true), request("n1"), NOW))
                .isInstanceOf(EnrolmentOutcome.RevokedKey.class);
    }

    @Test
    void letsInAsManyDevicesAsItsQuota() {
        assertThat(decide(bulk(3, 2), null, request("n1"), NOW)).isInstanceOf(EnrolmentOutcome.Enrolled.class);
        assertThat(decide(bulk(3, 3), null, request("n1"), NOW)).isEqualTo(new EnrolmentOutcome.UsedQuota(3));
    }

    @Test
    void answersALostCallAgainThoughTheQuotaIsUsedUp() {
        ClaimToken used = new ClaimToken(
                SECRET.hash(),
                null,
                null,
                Labels.NONE,
                false,
                NOW,
                NOW.plus(Duration.ofHours(1)),
                3,
                3,
                new ClaimToken.Use(hash("n1"), KEY));

        assertThat(decide(used, device(), ITS_OWN, request("n1"), NOW)).isInstanceOf(EnrolmentOutcome.Enrolled.class);
    }

    private static ClaimToken bulk(int quota, int used) {
        return new ClaimToken(
                SECRET.hash(), null, null, Labels.NONE, false, NOW, NOW.plus(Duration.ofHours(1)), quota, used, null);
    }

    private static EnrolmentOutcome decide(
            @Nullable ClaimToken token, @Nullable Device existing, EnrolmentRequest request, Instant now) {
        return decide(token, existing, KeyStanding.UNKNOWN, request, now);
    }

    private static EnrolmentOutcome decide(
            @Nullable ClaimToken token,
            @Nullable Device existing,
            KeyStanding key,
            EnrolmentRequest request,
            Instant now) {
        return EnrolmentRule.decide(token, existing, key, request, now);
    }

    private static Device device() {
        return new Device(CAMERA, GroupName.DEFAULT, Labels.NONE, "1.0", NOW, null);
    }

    private static ClaimToken token(@Nullable DeviceId device, boolean replaces, ClaimToken.@Nullable Use use) {
        return new ClaimToken(
                SECRET.hash(),
                device,
                new GroupName("line-3"),
                new Labels(Map.of("site", "a")),
                replaces,
                NOW,
                NOW.plus(Duration.ofHours(1)),
                1,
                use == null ? 0 : 1,
                use);
    }

    private static EnrolmentRequest request(@Nullable String nonce) {
        return new EnrolmentRequest(SECRET, CAMERA, KEY, nonce == null ? null : hash(nonce), "1.0");
    }

    private static Sha256 hash(String text) {
        return Sha256.of(text.getBytes(StandardCharsets.UTF_8));
    }
}
