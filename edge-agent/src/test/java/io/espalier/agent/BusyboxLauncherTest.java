package io.espalier.agent;

import java.util.List;

/** The same in BusyBox, which small systems have for everything. */
class BusyboxLauncherTest extends LauncherTest {
    @Override
    List<String> shell() {
        return List.of("busybox", "sh");
    }
}
