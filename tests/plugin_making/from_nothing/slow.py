from aetherflow.core.api import ObserverPlugin


class Slow(ObserverPlugin):
    """Says how long each step took."""

    def on_startup(self):
        self.started = {}

    def on_event(self, event):
        if event.type == "step_started":
            self.started[event.step_id] = event.timestamp
        if event.type == "step_finished":
            print(f"{event.step_id} took {event.timestamp - self.started[event.step_id]:.3f} s")
