package io.espalier.controller.mqtt.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class InboxTest {
    @Test
    void aPlusStandsForOneLevel() {
        assertThat(Inbox.pattern("a/+/c").asMatchPredicate())
                .accepts("a/b/c", "a//c")
                .rejects("a/b/b/c", "a/b");
    }

    @Test
    void everythingElseStandsForItself() {
        assertThat(Inbox.pattern("a.b/c").asMatchPredicate()).accepts("a.b/c").rejects("aXb/c", "a.b/c/d");
    }
}
