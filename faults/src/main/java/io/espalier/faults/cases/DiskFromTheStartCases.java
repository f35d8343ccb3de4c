package io.espalier.faults.cases;

import io.espalier.faults.CaseSource;
import io.espalier.faults.FaultCase;
import io.espalier.faults.Place;
import io.espalier.faults.cases.Veterans.Veteran;
import io.espalier.faults.device.AgentJvm;
import io.espalier.faults.device.Device;
import io.espalier.faults.device.Running;
import io.espalier.faults.disk.DiskFault;
import io.espalier.faults.disk.FaultPlan;
import java.nio.file.Files;
import java.util.List;

/** Disks that were bad before the agent came: it serves what it has, and takes up another model once they are mended. */
public final class DiskFromTheStartCases implements CaseSource {
    private static final String GROUP = "Disk of a device that starts";
    private static final String SPOOL = "spool";

    private final Veterans veterans = new Veterans();

    @Override
    public List<FaultCase> cases(Place place) {
        FaultPlan full = FaultPlan.fromTheStart(DiskFault.DISK_FULL);
        FaultPlan errors = FaultPlan.errorsIn(SPOOL);
        return List.of(
                new FaultCase(GROUP, full.toString(), false, here -> starts(here, full, false)),
                new FaultCase(
                        GROUP,
                        full + ", and the cursor of its telemetry is lost",
                        true,
                        here -> starts(here, full, true)),
                new FaultCase(GROUP, errors.toString(), true, here -> starts(here, errors, false)));
    }

    private void starts(Place place, FaultPlan plan, boolean cursorIsLost) throws Exception {
        Veteran veteran = veterans.take(place);
        Device device = veteran.device();
        if (cursorIsLost) {
            Files.delete(device.state().resolve(SPOOL).resolve("cursor"));
        }
        device.desire(Device.model(Running.NEXT));
        try (AgentJvm agent = device.start(plan)) {
            agent.awaitFault(Device.PATIENCE);
            device.awaitServed(agent, Running.FIRST, Running.NEXT);
            agent.release();
            device.awaitServed(agent, Running.FIRST, Running.NEXT);
            device.requireAsDesired(agent, Device.model(Running.NEXT), Running.NEXT);
            device.requireCleanEnd(agent);
        }
        veterans.giveBack(veteran);
    }
}
